import { createManualClock } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { createServers } from '../../test/served-store.ts'

const { serve } = createServers()
const body = new TextEncoder().encode('{"nonce":"mine"}')
const other = new TextEncoder().encode('{"nonce":"theirs"}')
const ifAbsent = { condition: { ifAbsent: true } } as const

function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  )
}

describe('a conditional write', () => {
  it.each(['lostAfter', 'internalErrorAfter'] as const)('knows its own bytes after %s', async (fault) => {
    const { server, store } = await serve()
    server.script('PUT', fault)
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'written' })
    expect(server.requests).toMatchObject({ PUT: 1, GET: 1 })
  })

  it.each(['lostBefore', 'internalError'] as const)('is put again after %s', async (fault) => {
    const { server, store } = await serve()
    server.script('PUT', fault)
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'written' })
    expect(server.requests).toMatchObject({ PUT: 2, GET: 1 })
  })

  it('that lands late, after the read, answers 412 to the second try and is known all the same', async () => {
    const { server, store } = await serve()
    server.script('PUT', 'late')
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'written' })
    expect(server.requests).toMatchObject({ PUT: 2, GET: 2 })
  })

  it.each(['conflict', 'slowDown', 'tooManyRequests'] as const)(
    'is put again after %s, without a read',
    async (fault) => {
      const { server, store } = await serve()
      server.script('PUT', fault, fault)
      expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'written' })
      expect(server.requests).toMatchObject({ PUT: 3, GET: 0 })
    },
  )

  it.each(['slowDown', 'tooManyRequests'] as const)('tells that the server answered %s before', async (fault) => {
    const { server, store } = await serve()
    server.script('PUT', fault)
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'written', isThrottled: true })
    expect(await store.put('k', other, ifAbsent)).not.toHaveProperty('isThrottled')
  })

  it('conflicts when a lost try meets the write of somebody else', async () => {
    const { server, store } = await serve()
    await store.put('k', other)
    server.script('PUT', 'lostBefore')
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'conflict' })
    expect(server.text('k')).toBe('{"nonce":"theirs"}')
  })

  it('is not taken in by an error inside of a 200', async () => {
    const { server, store } = await serve({ wrong: 'refusalInside200' })
    await store.put('k', other)
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'conflict' })
    expect(server.text('k')).toBe('{"nonce":"theirs"}')
  })

  it('throws what would fail again', async () => {
    const { server, store } = await serve()
    server.script('PUT', { status: 403, code: 'AccessDenied' })
    expect(await errorOf(store.put('k', body, ifAbsent))).toMatchObject({ code: 'ACCESS_DENIED', retriable: false })
  })

  it('is unknown when what would fail again comes after a lost try', async () => {
    const { server, store } = await serve()
    server.script('PUT', 'lostAfter')
    server.script('GET', { status: 403, code: 'AccessDenied' })
    const put = await store.put('k', body, ifAbsent)
    expect(put).toMatchObject({ outcome: 'unknown', cause: { code: 'ACCESS_DENIED' } })
  })

  it('is unknown when the time is over', async () => {
    const clock = createManualClock()
    const { server, store } = await serve({ faults: { blackHole: 1 } }, { clock })
    const putting = store.put('k', body, { ...ifAbsent, timeoutMs: 3_000 })
    await server.received('PUT', 1)
    await clock.advance(1_000)
    await server.received('GET', 1)
    await clock.advance(1_000)
    await server.received('GET', 2)
    await clock.advance(1_000)
    expect(await putting).toMatchObject({ outcome: 'unknown', cause: { code: 'TIMEOUT', retriable: true } })
  })

  it('sends the bytes as they were when it was called', async () => {
    const { server, store } = await serve()
    server.script('PUT', 'conflict')
    const mutable = body.slice()
    const putting = store.put('k', mutable, ifAbsent)
    mutable.fill(0)
    await putting
    expect(server.text('k')).toBe('{"nonce":"mine"}')
  })
})
