import { describe, expect, it } from 'vitest'
import { listAll } from '../index.ts'
import { createServers } from '../../test/served-store.ts'

const { serve } = createServers()

/** A test's own answer to any LIST, instead of the server's answer. */
function listAnswer(...contents: string[]): (xml: string) => string {
  return (xml) => xml.replace(/<Contents>.*<\/Contents>/, contents.join(''))
}

const object = (key: string): string =>
  `<Contents><Key>${key}</Key><ETag>"e"</ETag><Size>1</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`

describe('a listing', () => {
  it('that is cut off without a token is corrupt, not short', async () => {
    const { server, store } = await serve()
    await store.put('k', new Uint8Array())
    server.script('LIST', 'truncatedList')
    await expect(listAll(store, '')).rejects.toMatchObject({ code: 'CORRUPT' })
  })

  it('whose token comes twice is corrupt, not endless', async () => {
    const { server, store } = await serve()
    for (const key of ['a', 'b', 'c']) await store.put(key, new Uint8Array())
    server.rewriteLists((xml) =>
      xml
        .replace('<IsTruncated>false', '<IsTruncated>true')
        .replace('</ListBucketResult>', '<NextContinuationToken>YQ</NextContinuationToken></ListBucketResult>')
        .replaceAll(/<Contents>.*<\/Contents>/g, ''),
    )
    await expect(listAll(store, '')).rejects.toMatchObject({ code: 'CORRUPT' })
    expect(server.requests.LIST).toBe(2)
  })

  it.each([
    ['another prefix', object('other'), 'CORRUPT'],
    ['no order', object('p/b') + object('p/a'), 'UNSUPPORTED'],
    ['a key twice', object('p/a') + object('p/a'), 'UNSUPPORTED'],
    ['no ETag', object('p/a').replace('<ETag>"e"</ETag>', ''), 'UNSUPPORTED'],
    ['no size', object('p/a').replace('<Size>1</Size>', ''), 'CORRUPT'],
  ])('with %s is refused', async (_, contents, code) => {
    const { server, store } = await serve()
    await store.put('p/x', new Uint8Array())
    server.rewriteLists(listAnswer(contents))
    await expect(listAll(store, 'p/')).rejects.toMatchObject({ code })
  })

  it('leaves out what no call could name, and counts it for no limit', async () => {
    const { server, store } = await serve()
    await store.put('p/x', new Uint8Array())
    server.rewriteLists(listAnswer(['p/', 'p/a', 'p/b/', 'p/c//d', 'p/e'].map(object).join('')))
    expect((await listAll(store, 'p/', { limit: 5 })).map(({ key }) => key)).toEqual(['p/a', 'p/e'])
  })

  it('asks for no more objects than it may give', async () => {
    const { server, store } = await serve()
    for (const key of ['a', 'b', 'c']) await store.put(key, new Uint8Array())
    expect((await listAll(store, '', { limit: 2 })).map(({ key }) => key)).toEqual(['a', 'b'])
    expect(await listAll(store, '', { limit: 0 })).toEqual([])
    expect(server.requests.LIST).toBe(1)
  })
})

describe('deleting many', () => {
  const keys = Array.from({ length: 2_001 }, (_, index) => `k${index}`)

  it('takes a request per thousand', async () => {
    const { server, store } = await serve()
    await store.delete(keys)
    expect(server.requests.BATCH).toBe(3)
  })

  it('works with servers that demand a Content-MD5', async () => {
    const { server, store } = await serve({ wrong: 'contentMd5Demanded' })
    await store.put('a<&>"b', new Uint8Array())
    await store.delete(['a<&>"b', 'none'])
    expect(server.keys()).toEqual([])
  })

  it('tries those again that may work later, and no others', async () => {
    const { server, store } = await serve()
    server.failDeletes(['k1', 'k3'], 'InternalError', 1)
    await store.delete(['k1', 'k2', 'k3'])
    expect(server.requests.BATCH).toBe(2)
  })

  it('names those that could not be deleted, after all the others were', async () => {
    const { server, store } = await serve()
    await Promise.all(['k1', 'k2', 'k2000'].map((key) => store.put(key, new Uint8Array())))
    server.failDeletes(['k1'], 'AccessDenied')
    await expect(store.delete(keys)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      retriable: false,
      message: expect.stringMatching(/^1 of 2001 objects were not deleted: "k1" \(AccessDenied\)/),
      context: { failed: [{ key: 'k1', name: 'AccessDenied' }] },
    })
    expect(server.keys()).toEqual(['k1'])
  })
})
