import { describe, expect, it } from 'vitest'
import { listAll, openStore, type ObjectStore, type StoreError } from '../index.ts'
import { startScriptedServer, type ScriptedAnswer } from '../../test/scripted-server.ts'
import { createServers } from '../../test/served-store.ts'

const { closeLater } = createServers()
const body = new TextEncoder().encode('{"nonce":"mine"}')
const ifAbsent = { condition: { ifAbsent: true }, timeoutMs: 3000 } as const

const html = { 'content-type': 'text/html; charset=utf-8' }
const PAGE: ScriptedAnswer = { status: 200, headers: { ...html, etag: '"page"' }, body: '<html><p>Sorry</p></html>' }

async function answering(answer: () => ScriptedAnswer): Promise<ObjectStore> {
  const server = await startScriptedServer(answer)
  const store = openStore(`${server.endpoint.replace('//', '//key:secret@')}/bucket`)
  closeLater(() => store.close().then(async () => server[Symbol.asyncDispose]()))
  return store
}

function errorOf(call: Promise<unknown>): Promise<StoreError> {
  return call.then(
    () => Promise.reject(new Error('it succeeded')),
    (thrown: unknown) => thrown as StoreError,
  )
}

describe('a page in HTML with 200 and an ETag', () => {
  it('is no success of a write, with a condition or without', async () => {
    const store = await answering(() => PAGE)
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'unknown', cause: { code: 'CORRUPT' } })
    expect(await errorOf(store.put('k', body))).toMatchObject({ code: 'CORRUPT' })
  })

  it('is no object, no deletion and no empty list', async () => {
    const store = await answering(() => PAGE)
    const calls = [store.get('k'), store.delete('k'), store.delete(['k', 'l']), listAll(store, '')]
    for (const error of await Promise.all(calls.map(errorOf))) {
      expect(error).toMatchObject({ code: 'CORRUPT' })
      expect(error.message).toContain('a page with status 200')
    }
  })

  it('leaves a status of an error its meaning', async () => {
    // The wait is longer than the time of the call, so there is no second try.
    const headers = { ...PAGE.headers, 'retry-after': '3600' }
    const store = await answering(() => ({ ...PAGE, headers, status: 503 }))
    expect(await errorOf(store.get('k'))).toMatchObject({ code: 'UNAVAILABLE', retriable: true })
  })
})

it.each([html, { 'content-type': 'text/plain; charset=utf-8' }])(
  'takes no 404 of a proxy for a missing object: %j',
  async (headers) => {
    const store = await answering(() => ({ status: 404, headers, body: '404 page not found' }))
    expect(await errorOf(store.get('k'))).toMatchObject({ code: 'CORRUPT' })
    const condition = { ifMatch: '"1"' }
    expect(await store.put('k', body, { ...ifAbsent, condition })).toMatchObject({ outcome: 'unknown' })
    expect(await errorOf(store.delete('k'))).toMatchObject({ code: 'CORRUPT' })
  },
)

it('believes no write with a weak ETag, which servers of pages make for all that they answer', async () => {
  const store = await answering(() => ({ status: 200, headers: { etag: 'W/"1f"' }, body: '{"sorry":true}' }))
  expect((await store.put('k', body, ifAbsent)).outcome).not.toBe('written')
})

it.each(['', '{"sorry":true}', '<sorry/>'])('takes no answer without a listing for an empty list: %j', async (said) => {
  const store = await answering(() => ({ status: 200, body: said }))
  expect(await errorOf(listAll(store, ''))).toMatchObject({ code: 'CORRUPT' })
})

it('names a redirection to elsewhere as an answer of another server', async () => {
  const store = await answering(() => ({
    status: 302,
    headers: { ...html, location: 'http://portal/' },
    body: 'Moved',
  }))
  expect(await errorOf(store.get('k'))).toMatchObject({ code: 'CORRUPT' })
})
