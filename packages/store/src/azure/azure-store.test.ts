import { inspect } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  startScriptedServer,
  type Script,
  type ScriptedAnswer,
  type ScriptedServer,
} from '../../test/scripted-server.ts'
import { openStore, type ObjectStore } from '../index.ts'

const body = new TextEncoder().encode('{"nonce":"mine"}')
const ifAbsent = { condition: { ifAbsent: true } } as const
const KEY = 'aHVudGVyMi93aXRoK3NpZ25z'

function open({ endpoint }: ScriptedServer): ObjectStore {
  const random = { float: () => 0, id: () => 'unused' }
  return openStore(`az://:${KEY}@account/container?endpoint=${encodeURIComponent(endpoint)}`, { random })
}

function refusal(status: number, code: string): ScriptedAnswer {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>about ${code}</Message></Error>`
  return { status, headers: { 'x-ms-error-code': code, 'content-type': 'application/xml' }, body: text }
}

const written: ScriptedAnswer = { status: 201, headers: { etag: '"0x8D"', date: 'Sun, 06 Nov 1994 08:49:37 GMT' } }

const blob = (text: string, etag: string): ScriptedAnswer => ({ status: 200, headers: { etag }, body: text })

/** The answers one after the other; the last one for all further requests. */
function inTurn(...answers: readonly (ScriptedAnswer | 'lost')[]): Script {
  let turn = 0
  return () => answers[Math.min(turn++, answers.length - 1)] ?? 'lost'
}

// The first request would have to load the SDK within its own time.
beforeAll(async () => {
  await Promise.all([import('@azure/storage-blob'), import('@azure/identity')])
})

describe('a store az://', () => {
  it('sends conditions as headers, and gives the ETag and the time of the service', async () => {
    await using server = await startScriptedServer(inTurn(written))
    const store = open(server)
    const serverTime = Date.UTC(1994, 10, 6, 8, 49, 37)
    expect(await store.put('a/b c', body, ifAbsent)).toEqual({ outcome: 'written', etag: '"0x8D"', serverTime })
    await store.put('a', body, { condition: { ifMatch: '"0x8D"' } })
    await store.put('a', body)
    const [created, updated, overwritten] = server.seen.map(({ headers }) => headers)
    expect(created?.['if-none-match']).toBe('*')
    expect(updated?.['if-match']).toBe('"0x8D"')
    expect([overwritten?.['if-match'], overwritten?.['if-none-match']]).toEqual([undefined, undefined])
    await store.close()
  })

  it.each([
    ['a creation of a blob that exists', 409, 'BlobAlreadyExists', { ifAbsent: true } as const],
    ['an update by an old ETag', 412, 'ConditionNotMet', { ifMatch: '"0x1"' }],
    ['an update of a blob that is gone', 404, 'BlobNotFound', { ifMatch: '"0x1"' }],
  ])('takes the refusal of %s for a conflict, by 1 request', async (_, status, code, condition) => {
    await using server = await startScriptedServer(inTurn(refusal(status, code)))
    expect(await open(server).put('a', body, { condition })).toMatchObject({ outcome: 'conflict' })
    expect(server.seen.length).toBe(1)
  })

  it('does not take every 409 for a conflict', async () => {
    await using server = await startScriptedServer(inTurn(refusal(409, 'BlobImmutableDueToPolicy')))
    await expect(open(server).put('a', body, ifAbsent)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })

  it('knows its own bytes when the answer of a write was lost, and sends no request twice by itself', async () => {
    await using server = await startScriptedServer(inTurn('lost', blob('{"nonce":"mine"}', '"0x7"')))
    expect(await open(server).put('a', body, ifAbsent)).toMatchObject({ outcome: 'written', etag: '"0x7"' })
    expect(server.seen.map(({ method }) => method)).toEqual(['PUT', 'GET'])
  })

  it('does not believe a refusal after a lost answer, and finds who was faster', async () => {
    const exists = refusal(409, 'BlobAlreadyExists')
    await using server = await startScriptedServer(
      inTurn('lost', refusal(404, 'BlobNotFound'), exists, blob('theirs', '"0x7"')),
    )
    expect(await open(server).put('a', body, ifAbsent)).toMatchObject({ outcome: 'conflict' })
    expect(server.seen.map(({ method }) => method)).toEqual(['PUT', 'GET', 'PUT', 'GET'])
  })

  it('says that the account asked for fewer requests', async () => {
    await using server = await startScriptedServer(inTurn(refusal(503, 'ServerBusy'), written))
    expect(await open(server).put('a', body, ifAbsent)).toMatchObject({ outcome: 'written', isThrottled: true })
  })

  it.each([
    [403, 'AuthenticationFailed', 'CREDENTIALS'],
    [403, 'AuthorizationPermissionMismatch', 'ACCESS_DENIED'],
    [403, 'KeyBasedAuthenticationNotPermitted', 'ACCESS_DENIED'],
    [404, 'ContainerNotFound', 'NOT_FOUND'],
    [418, 'Teapot', 'UNEXPECTED'],
  ])('a %i %s is %s, and shows no key', async (status, code, expected) => {
    await using server = await startScriptedServer(inTurn(refusal(status, code)))
    const store = open(server)
    const error = await store.put('a', body, ifAbsent).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: expected, retriable: false })
    const shown = inspect([error, store], { depth: 30, showHidden: true, maxStringLength: null })
    expect(shown).not.toContain(KEY)
    expect(shown).not.toContain('SharedKey')
  })

  it('hides a signature that an error repeats', async () => {
    const sas = 'sv=2026&sig=hunter2%2Bsigned%3D'
    const answer = { ...refusal(400, 'Odd'), body: `<Error><Message>you sent ${sas} hunter2+signed=</Message></Error>` }
    await using server = await startScriptedServer(inTurn(answer))
    const endpoint = encodeURIComponent(server.endpoint)
    const store = openStore(`az://account/container?sasToken=${encodeURIComponent(sas)}&endpoint=${endpoint}`)
    const error = await store.get('a').catch((thrown: unknown) => thrown)
    expect(server.seen[0]?.url.searchParams.get('sig')).toBe('hunter2+signed=')
    expect(inspect([error, store], { depth: 30, showHidden: true, maxStringLength: null })).not.toContain('hunter2')
  })

  it('asks for no token on a way without TLS, and says what to do', async () => {
    await using server = await startScriptedServer(inTurn(written))
    const store = openStore(`az://account/container?endpoint=${encodeURIComponent(server.endpoint)}`)
    await expect(store.put('a', body)).rejects.toMatchObject({ code: 'CREDENTIALS' })
    expect(server.seen).toEqual([])
  })
})
