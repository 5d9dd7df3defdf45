import { inspect } from 'node:util'
import type { Logger } from '@s3sched/kernel'
import { describe, expect, it } from 'vitest'
import { openStore, probeStore, type ObjectStore } from '../src/index.ts'
import { startS3Server, type S3ErrorAnswer } from '../src/testing/index.ts'

const SECRET = 'hunter2/with+signs'
const TOKEN = 'tok3n"quoted'

function shown(value: unknown): string {
  return inspect(value, { depth: 30, showHidden: true, maxStringLength: null, maxArrayLength: null })
}

/** All output of a store (properties, errors, results, logs) while every request gets the same answer. */
async function everythingShown(answer: S3ErrorAnswer | 'lostBefore'): Promise<string> {
  await using server = await startS3Server()
  const logged: unknown[] = []
  const log = (...line: unknown[]): void => void logged.push(line)
  const logger: Logger = { debug: log, info: log, warn: log, error: log }
  const host = server.endpoint.replace('http://', '')
  const [secret, token] = [encodeURIComponent(SECRET), encodeURIComponent(TOKEN)]
  const connection = `http://key:${secret}@${host}/bucket/prefix?sessionToken=${token}`
  const store: ObjectStore = openStore(connection, { logger, random: { float: () => 0, id: () => 'id' } })
  const results: unknown[] = [store, store.description]
  const body = new Uint8Array(1)
  const calls = [
    () => store.get('k', { timeoutMs: 60 }),
    () => store.put('k', body, { timeoutMs: 60 }),
    () => store.put('k', body, { timeoutMs: 60, condition: { ifAbsent: true } }),
    () => store.delete('k', { timeoutMs: 60 }),
    () => store.delete(['k', 'l'], { timeoutMs: 60 }),
    () => store.list('', { timeoutMs: 60 })[Symbol.asyncIterator]().next(),
    () => probeStore(openStore(connection), { patienceMs: 0, signal: AbortSignal.timeout(60) }),
  ]
  // More answers than the number of tries within the time of all calls.
  const answers = Array.from({ length: 20_000 }, () => answer)
  for (const verb of ['GET', 'PUT', 'DELETE', 'BATCH', 'LIST'] as const) server.script(verb, ...answers)
  for (const call of calls) results.push(await call().catch((error: unknown) => error))
  results.push(store)
  await store.close()
  return shown([results, logged])
}

describe('no secret is in a message, a log or an inspected object', () => {
  it.each<[string, S3ErrorAnswer | 'lostBefore']>([
    ['a lost connection', 'lostBefore'],
    ['a refusal', { status: 403, code: 'AccessDenied' }],
    ['an error that repeats the secret', { status: 403, code: 'SignatureDoesNotMatch', message: `you sent ${SECRET}` }],
    ['an error that repeats the token', { status: 400, code: 'InvalidToken', message: `you sent ${TOKEN}` }],
    ['an odd error that repeats both', { status: 418, code: 'Teapot', message: `${SECRET} ${TOKEN}` }],
    ['a 503', { status: 503, code: 'SlowDown', message: `slow down, ${SECRET}` }],
  ])('%s', async (_, answer) => {
    const text = await everythingShown(answer)
    expect(text).toContain('StoreError')
    expect(text).not.toContain('hunter2')
    expect(text).not.toContain('tok3n')
  })
})
