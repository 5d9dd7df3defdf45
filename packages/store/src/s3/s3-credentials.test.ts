import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@s3sched/kernel/testing'
import { afterEach, expect, it, vi } from 'vitest'
import { openStore, type ObjectStore } from '../index.ts'
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer } from '../../test/scripted-server.ts'
import { createServers } from '../../test/served-store.ts'

const { closeLater } = createServers()
afterEach(() => vi.unstubAllEnvs())

const REFUSED: ScriptedAnswer = {
  status: 403,
  body: '<Error><Code>InvalidAccessKeyId</Code><Message>no such key</Message></Error>',
}

/** A server that knows one key. */
async function serve(goodKey: string): Promise<ScriptedServer> {
  const server = await startScriptedServer(({ headers }) =>
    headers.authorization?.includes(`Credential=${goodKey}/`) === true
      ? { status: 200, headers: { etag: '"1"' }, body: 'found' }
      : REFUSED,
  )
  closeLater(async () => server[Symbol.asyncDispose]())
  return server
}

async function writeProfile(file: string, key: string): Promise<void> {
  await writeFile(file, `[default]\naws_access_key_id=${key}\naws_secret_access_key=secret\n`)
}

/** Refused once, with time for the credentials to be asked for anew. */
async function refuse(store: ObjectStore): Promise<void> {
  await expect(store.get('k')).rejects.toMatchObject({ code: 'CREDENTIALS' })
  await new Promise((resolve) => setImmediate(resolve))
}

it('takes a key that was rotated in the file of the profile, without a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-rotated-'))
  closeLater(() => rm(folder, { recursive: true }))
  const file = join(folder, 'credentials')
  await writeProfile(file, 'old')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file)
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined)
  const clock = createManualClock()
  const { endpoint } = await serve('new')
  const store = openStore(`${endpoint}/bucket`, { clock })
  closeLater(() => store.close())
  await refuse(store)
  await writeProfile(file, 'new')
  await clock.advance(5000)
  // The next request may still be refused: the credentials are asked for anew beside it.
  await expect.poll(() => store.get('k').catch(String)).toMatchObject({ outcome: 'found' })
})

it('asks the function of a client of the application anew, and not more often than every five seconds', async () => {
  const { S3Client } = await import('@aws-sdk/client-s3')
  const clock = createManualClock()
  const { endpoint } = await serve('good')
  let asked = 0
  const credentials = async () => ({ accessKeyId: `key-${++asked}`, secretAccessKey: 'secret' })
  const client = new S3Client({ endpoint, region: 'here', forcePathStyle: true, maxAttempts: 1, credentials })
  closeLater(async () => client.destroy())
  const store = openStore({ client, bucket: 'bucket' }, { clock })
  for (let request = 0; request < 10; request++) await refuse(store)
  expect(asked).toBe(2)
  await clock.advance(5000)
  await refuse(store)
  expect(asked).toBe(3)
})
