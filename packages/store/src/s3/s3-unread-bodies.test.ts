import { describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES, openStore, type ObjectStore } from '../index.ts'
import { startScriptedServer, type ScriptedAnswer } from '../../test/scripted-server.ts'
import { createServers } from '../../test/served-store.ts'

const { closeLater, serve } = createServers()
const body = new TextEncoder().encode('{"nonce":"mine"}')
const ifAbsent = { condition: { ifAbsent: true } } as const

/** More than the sockets of a client. */
const MANY = 51

async function answering(answer: () => ScriptedAnswer): Promise<ObjectStore> {
  const server = await startScriptedServer(answer)
  const store = openStore(`${server.endpoint.replace('//', '//key:secret@')}/bucket`)
  closeLater(() => store.close().then(async () => server[Symbol.asyncDispose]()))
  return store
}

describe('the connection of an answer that nobody reads', () => {
  it('is free again when the answer is refused', async () => {
    let isWrong = true
    const store = await answering(() =>
      isWrong ? { status: 200, body: 'no ETag' } : { status: 200, headers: { etag: '"1"' }, body: 'good' },
    )
    for (let request = 0; request < MANY; request++)
      await expect(store.get('k')).rejects.toMatchObject({ code: 'CORRUPT' })
    isWrong = false
    expect(await store.get('k')).toMatchObject({ outcome: 'found' })
  })

  it('is free again when the object is too large', async () => {
    const { server, store } = await serve()
    await fetch(`${server.endpoint}/bucket/big`, { method: 'PUT', body: Buffer.alloc(MAX_BODY_BYTES + 1) })
    for (let request = 0; request < MANY; request++) expect((await store.get('big')).outcome).toBe('too-large')
    expect(await store.get('none')).toMatchObject({ outcome: 'missing' })
  })

  it('is kept after a conflict, and after a missing object', async () => {
    const { server, store } = await serve()
    await store.put('k', body)
    for (let request = 0; request < 5; request++) {
      expect(await store.put('k', body.slice(1), ifAbsent)).toMatchObject({ outcome: 'conflict' })
      expect(await store.get('none')).toMatchObject({ outcome: 'missing' })
    }
    expect(server.connections.opened).toBe(1)
  })
})
