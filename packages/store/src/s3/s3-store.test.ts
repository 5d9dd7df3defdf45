import { createManualClock, settle } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { listAll, MAX_BODY_BYTES, openStore, readDocument, type StoreError } from '../index.ts'
import { createServers } from '../../test/served-store.ts'

const { serve } = createServers()
const body = new TextEncoder().encode('{"nonce":"mine"}')
const other = new TextEncoder().encode('{"nonce":"theirs"}')
const ifAbsent = { condition: { ifAbsent: true } } as const

function bytesOfText(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  )
}

describe('requests when nothing goes wrong', () => {
  it('are one each, a conflict too', async () => {
    const { server, store } = await serve()
    const put = await store.put('k', body, ifAbsent)
    expect(await store.put('k', other, ifAbsent)).toMatchObject({ outcome: 'conflict' })
    expect(put).toMatchObject({ outcome: 'written' })
    expect(server.requests).toMatchObject({ PUT: 2, GET: 0 })
    await store.get('k')
    await listAll(store, '')
    await store.delete('k')
    await store.delete(['a', 'b'])
    await store.delete([])
    expect(server.requests).toMatchObject({ PUT: 2, GET: 1, LIST: 1, DELETE: 1, BATCH: 1 })
  })

  it('tell the time of the server', async () => {
    const clock = createManualClock(Date.UTC(2031, 4, 5, 6, 7, 8, 999))
    const { store } = await serve({ clock })
    const serverTime = Date.UTC(2031, 4, 5, 6, 7, 8)
    const put = await store.put('k', body)
    expect(put).toMatchObject({ serverTime })
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'conflict', serverTime })
    const found = await store.get('k')
    expect(found).toMatchObject({ outcome: 'found', serverTime, lastModified: serverTime })
    const ifNoneMatch = put.outcome === 'written' ? put.etag : ''
    expect(await store.get('k', { ifNoneMatch })).toEqual({ outcome: 'unchanged', serverTime })
    expect(await store.get('none')).toEqual({ outcome: 'missing', serverTime })
    for await (const page of store.list('')) expect(page.serverTime).toBe(serverTime)
  })
})

describe('everything else', () => {
  it('tells the caller of each try that failed, and of no conflict', async () => {
    const { server, store } = await serve()
    const told: string[] = []
    const onTrouble = ({ code }: StoreError): void => void told.push(code)
    server.script('GET', 'lostBefore', 'slowDown')
    await store.get('k', { onTrouble })
    server.script('PUT', 'internalError')
    await store.put('k', body, { ...ifAbsent, onTrouble })
    await store.put('k', other, { ...ifAbsent, onTrouble })
    expect(told).toEqual(['TIMEOUT', 'THROTTLED', 'UNAVAILABLE'])
  })

  it('is repeated', async () => {
    const { server, store } = await serve()
    await store.put('k', body)
    server.script('GET', 'lostBefore', 'internalError', 'truncatedBody', 'slowDown')
    expect(await store.get('k')).toMatchObject({ outcome: 'found', body })
    server.script('PUT', 'internalError')
    server.script('LIST', 'lostBefore')
    server.script('BATCH', 'slowDown')
    await store.put('l', body)
    expect(await listAll(store, '')).toHaveLength(2)
    await store.delete(['k', 'l'])
    expect(server.keys()).toEqual([])
  })

  it('waits as long as Retry-After asks, by the clock', async () => {
    const clock = createManualClock()
    const { server, store } = await serve({}, { clock })
    const slowDown = { status: 503, code: 'SlowDown', headers: { 'retry-after': '4' } }
    server.script('GET', slowDown)
    const getting = store.get('k')
    await server.received('GET', 1)
    while (clock.sleeping === 0) await settle()
    await clock.advance(3_999)
    expect(server.requests.GET).toBe(1)
    await clock.advance(1)
    expect(await getting).toMatchObject({ outcome: 'missing' })
    server.script('GET', { ...slowDown, headers: { 'retry-after': '3600' } })
    expect(await errorOf(store.get('k'))).toMatchObject({ code: 'THROTTLED', retriable: true })
  })

  it.each(['blackHole', 'stalledBody'] as const)('times out by the clock, try after try: %s', async (fault) => {
    const clock = createManualClock()
    const { server, store } = await serve({}, { clock })
    await store.put('k', body)
    server.setFaults({ [fault]: 1 })
    const getting = errorOf(store.get('k', { timeoutMs: 3_000 }))
    for (const tries of [1, 2, 3]) {
      await server.received('GET', tries)
      await clock.advance(1_000)
    }
    expect(await getting).toMatchObject({ code: 'TIMEOUT', retriable: true })
    expect(server.requests.GET).toBe(3)
  })

  it("ends with the caller's reason when the caller aborts, before and while it is under way", async () => {
    const { server, store } = await serve({ faults: { blackHole: 1 } })
    const reason = new Error('enough')
    expect(await errorOf(store.get('k', { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(server.requests.GET).toBe(0)
    const controller = new AbortController()
    const { signal } = controller
    const calls = [
      errorOf(store.get('k', { signal })),
      errorOf(store.put('k', body, { signal })),
      errorOf(store.put('k', body, { ...ifAbsent, signal })),
      errorOf(store.delete('k', { signal })),
      errorOf(listAll(store, '', { signal })),
    ]
    await Promise.all([server.received('GET', 1), server.received('PUT', 2), server.received('LIST', 1)])
    controller.abort(reason)
    expect(await Promise.all(calls)).toEqual(calls.map(() => reason))
  })

  it('reads a range of an object of any size, by one GET', async () => {
    const { server, store } = await serve()
    const large = Buffer.alloc(MAX_BODY_BYTES + 9, 'a')
    large.write('the end', MAX_BODY_BYTES)
    await fetch(`${server.endpoint}/bucket/big`, { method: 'PUT', body: large })
    const range = { start: MAX_BODY_BYTES, end: MAX_BODY_BYTES + 7 }
    expect(await store.get('big', { range })).toMatchObject({ outcome: 'found', body: bytesOfText('the end') })
    expect(server.requests).toMatchObject({ GET: 1 })
  })

  it('cuts the range out itself when the server answers with the whole object', async () => {
    const { store } = await serve({ wrong: 'rangesIgnored' })
    await store.put('k', bytesOfText('0123456789'))
    expect(await store.get('k', { range: { start: 2, end: 5 } })).toMatchObject({ body: bytesOfText('234') })
    expect(await errorOf(store.get('k', { range: { start: 10, end: 12 } }))).toMatchObject({ code: 'INVALID_RANGE' })
  })

  it('does not read a body to its end that is too large', async () => {
    const { server, store } = await serve()
    await fetch(`${server.endpoint}/bucket/big`, { method: 'PUT', body: Buffer.alloc(MAX_BODY_BYTES + 1) })
    const found = await store.get('big')
    expect(found).toMatchObject({ outcome: 'too-large', etag: expect.any(String), lastModified: expect.any(Number) })
    expect(found).not.toHaveProperty('body')
    expect(await readDocument(store, 'big')).toMatchObject({ outcome: 'unreadable' })
    expect(await store.get('none')).toMatchObject({ outcome: 'missing' })
  })

  it('refuses a closed store before any request', async () => {
    const { server, store } = await serve()
    await store.get('k')
    await store.close()
    await store.close()
    for (const call of [
      store.get('k'),
      store.put('k', body),
      store.delete('k'),
      store.delete([]),
      listAll(store, ''),
    ]) {
      expect(await errorOf(call)).toMatchObject({ code: 'CLOSED' })
    }
    expect(server.requests).toMatchObject({ GET: 1, PUT: 0, DELETE: 0, LIST: 0 })
  })

  it('under way ends when the store is closed', async () => {
    const { server, store } = await serve({ faults: { blackHole: 1 } })
    const getting = errorOf(store.get('k'))
    await server.received('GET', 1)
    await store.close()
    expect(await getting).toMatchObject({ code: 'CLOSED' })
  })

  it('says that the server speaks no TLS', async () => {
    const { server } = await serve()
    const store = openStore(server.connection.replace('http:', 'https:'))
    expect(await errorOf(store.get('k'))).toMatchObject({ code: 'TLS', retriable: false })
    await store.close()
  })

  it('is signed anew by the time of the server, when the server finds the clock off', async () => {
    const { server, store } = await serve()
    server.script('GET', { status: 403, code: 'RequestTimeTooSkewed' })
    expect(await store.get('k')).toMatchObject({ outcome: 'missing' })
  })

  it('keeps its connection, and opens no more than fifty', async () => {
    const { server, store } = await serve()
    for (let request = 0; request < 5; request++) await store.get('k')
    expect(server.connections.opened).toBe(1)
    await Promise.all(Array.from({ length: 200 }, () => store.get('k', { timeoutMs: 60_000 })))
    // On a busy machine the first connections are free again before the last requests are signed.
    expect(server.connections.most).toBeGreaterThan(1)
    expect(server.connections.most).toBeLessThanOrEqual(50)
  })

  it('says which bucket is missing', async () => {
    const { server } = await serve()
    const store = openStore(server.connection.replace('/bucket', '/absent'))
    const error = await errorOf(store.get('k'))
    expect(error).toMatchObject({ code: 'NOT_FOUND' })
    expect((error as StoreError).message).toContain('/absent')
    await store.close()
  })

  it.each([
    ['NoSuchBucket', 404, 'NOT_FOUND'],
    ['Unknown', 404, 'UNEXPECTED'],
  ])('does not take any 404 for a missing object: %s', async (code, status, expected) => {
    const { server, store } = await serve()
    server.script('GET', { status, code })
    server.script('PUT', { status, code })
    expect(await errorOf(store.get('k'))).toMatchObject({ code: expected })
    expect(await errorOf(store.put('k', body, { condition: { ifMatch: '"x"' } }))).toMatchObject({ code: expected })
  })
})
