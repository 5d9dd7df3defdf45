import { describe, expect, it } from 'vitest'
import {
  startScriptedServer,
  type Script,
  type ScriptedAnswer,
  type ScriptedServer,
} from '../../test/scripted-server.ts'
import { listAll, openStore, type ObjectStore } from '../index.ts'

const body = new TextEncoder().encode('{"nonce":"mine"}')
const ifAbsent = { condition: { ifAbsent: true } } as const

function open({ endpoint }: ScriptedServer): ObjectStore {
  const random = { float: () => 0, id: () => 'unused' }
  return openStore(`gs://bucket?endpoint=${encodeURIComponent(endpoint)}`, { random })
}

function json(value: object): ScriptedAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

function refusal(status: number, reason: string, message = reason): ScriptedAnswer {
  return { status, body: JSON.stringify({ error: { code: status, message, errors: [{ reason }] } }) }
}

/** The answers one after the other; the last one for all further requests. */
function inTurn(...answers: readonly (ScriptedAnswer | 'lost')[]): Script {
  let turn = 0
  return () => answers[Math.min(turn++, answers.length - 1)] ?? 'lost'
}

const media = (text: string, generation: string): ScriptedAnswer => ({
  status: 200,
  headers: { 'x-goog-generation': generation, date: 'Sun, 06 Nov 1994 08:49:37 GMT' },
  body: text,
})

describe('a store gs://', () => {
  it('puts a condition as a generation, and gives the generation as ETag', async () => {
    await using server = await startScriptedServer(inTurn(json({ generation: '12345678901234567890' })))
    const store = open(server)
    const etag = '"12345678901234567890"'
    expect(await store.put('a/b c', body, ifAbsent)).toMatchObject({ outcome: 'written', etag })
    await store.put('a', body, { condition: { ifMatch: etag } })
    await store.put('a', body)
    const [created, updated, overwritten] = server.seen.map(({ url }) => url)
    expect(created?.pathname).toBe('/upload/storage/v1/b/bucket/o')
    expect(created?.searchParams.get('name')).toBe('a/b c')
    expect(created?.searchParams.get('ifGenerationMatch')).toBe('0')
    expect(updated?.searchParams.get('ifGenerationMatch')).toBe('12345678901234567890')
    expect(overwritten?.searchParams.has('ifGenerationMatch')).toBe(false)
    await store.close()
  })

  it('matches no ETag of another kind of store', async () => {
    await using server = await startScriptedServer(inTurn(refusal(412, 'conditionNotMet')))
    const put = await open(server).put('a', body, { condition: { ifMatch: '"0123456789abcdef"' } })
    expect(put.outcome).toBe('conflict')
    expect(server.seen[0]?.url.searchParams.get('ifGenerationMatch')).toBe('1')
  })

  it('takes 304 for unchanged, and a body of the known generation too', async () => {
    await using server = await startScriptedServer(inTurn({ status: 304 }, media('old', '7'), media('new', '8')))
    const store = open(server)
    const look = () => store.get('a', { ifNoneMatch: '"7"' })
    expect([await look(), await look(), await look()].map(({ outcome }) => outcome)).toEqual([
      'unchanged',
      'unchanged',
      'found',
    ])
    expect(server.seen[0]?.url.searchParams.get('ifGenerationNotMatch')).toBe('7')
  })

  it('knows its own bytes when the answer of a write was lost', async () => {
    await using server = await startScriptedServer(inTurn('lost', media('{"nonce":"mine"}', '7')))
    expect(await open(server).put('a', body, ifAbsent)).toMatchObject({ outcome: 'written', etag: '"7"' })
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'GET'])
  })

  it('does not believe a refusal after a lost answer, and finds who was faster', async () => {
    const script = inTurn('lost', refusal(404, 'notFound'), refusal(412, 'conditionNotMet'), media('theirs', '7'))
    await using server = await startScriptedServer(script)
    expect(await open(server).put('a', body, ifAbsent)).toMatchObject({ outcome: 'conflict' })
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST', 'GET'])
  })

  it('says that the server asked for fewer writes of a key', async () => {
    const script = inTurn(refusal(429, 'rateLimitExceeded'), json({ generation: '7' }))
    await using server = await startScriptedServer(script)
    expect(await open(server).put('a', body, ifAbsent)).toMatchObject({ outcome: 'written', isThrottled: true })
  })

  it.each([
    [401, 'authError', 'CREDENTIALS'],
    [403, 'forbidden', 'ACCESS_DENIED'],
    [403, 'retentionPolicyNotMet', 'UNSUPPORTED'],
    [418, 'teapot', 'UNEXPECTED'],
  ])('a %i %s is %s', async (status, reason, code) => {
    await using server = await startScriptedServer(inTurn(refusal(status, reason)))
    await expect(open(server).put('a', body, ifAbsent)).rejects.toMatchObject({ code, retriable: false })
  })

  it('tells a missing bucket from a missing object', async () => {
    const noBucket = refusal(404, 'notFound', 'The specified bucket does not exist.')
    await using server = await startScriptedServer(
      inTurn(refusal(404, 'notFound', 'No such object: bucket/a'), noBucket),
    )
    const store = open(server)
    expect(await store.get('a')).toMatchObject({ outcome: 'missing' })
    await expect(store.get('a')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(store.delete('a')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(store.put('a', body, ifAbsent)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(listAll(store, '')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('lists from behind a key, although the service begins with the key', async () => {
    const item = (name: string) => ({ name, generation: '7', size: '3', updated: '2026-01-01T00:00:00.500Z' })
    await using server = await startScriptedServer(inTurn(json({ items: [item('b'), item('c')] })))
    const lastModified = Date.UTC(2026, 0, 1) + 500
    expect(await listAll(open(server), '', { startAfter: 'b' })).toEqual([
      { key: 'c', etag: '"7"', size: 3, lastModified },
    ])
    expect(server.seen[0]?.url.searchParams.get('startOffset')).toBe('b')
  })

  it('calls an answer without a generation corrupt', async () => {
    await using server = await startScriptedServer(inTurn({ status: 200, body: 'a page' }))
    await expect(open(server).get('a')).rejects.toMatchObject({ code: 'CORRUPT' })
  })
})
