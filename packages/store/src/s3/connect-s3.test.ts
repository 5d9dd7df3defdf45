import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@s3sched/kernel'
import type { S3Client } from '@aws-sdk/client-s3'
import { afterEach, expect, it, vi } from 'vitest'
import { startScriptedServer } from '../../test/scripted-server.ts'
import { openStore } from '../open-store.ts'
import { connectS3 } from './s3-client.ts'
import { parseS3Connection } from './s3-connection.ts'

const clients: S3Client[] = []
const folders: string[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const client of clients.splice(0)) client.destroy()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function connect(rest: string): Promise<S3Client> {
  const client = await connectS3(parseS3Connection(`s3://${rest}`, 's3', rest), silentLogger)
  clients.push(client)
  return client
}

/** A home folder with two profiles, and nothing in the environment. */
async function stubProfiles(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-profiles-'))
  folders.push(folder)
  const credentials = (name: string): string => `[${name}]\naws_access_key_id=${name}-key\naws_secret_access_key=s\n`
  await writeFile(join(folder, 'credentials'), credentials('default') + credentials('work'))
  await writeFile(join(folder, 'config'), '[default]\nregion=eu-north-1\n[profile work]\nregion=eu-south-1\n')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'))
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  for (const name of ['AWS_PROFILE', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    vi.stubEnv(name, undefined)
}

it('makes one attempt, whatever the environment says', async () => {
  vi.stubEnv('AWS_MAX_ATTEMPTS', '7')
  vi.stubEnv('AWS_RETRY_MODE', 'adaptive')
  const { config } = await connect('key:secret@bucket?region=here')
  expect(await config.maxAttempts()).toBe(1)
  expect(config.retryMode).toBe('standard')
})

it('passes on what the connection says', async () => {
  const { config } = await connect(
    'key:secret@bucket?region=here&endpoint=http://localhost:9000&sessionToken=t&requestChecksumCalculation=WHEN_SUPPORTED',
  )
  expect(await config.region()).toBe('here')
  expect(await config.endpoint?.()).toMatchObject({ hostname: 'localhost', port: 9000 })
  expect(config.forcePathStyle).toBe(true)
  expect(await config.requestChecksumCalculation()).toBe('WHEN_SUPPORTED')
  expect(await config.credentials()).toMatchObject({ accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 't' })
})

it('takes credentials and region from the environment, when the connection has none', async () => {
  vi.stubEnv('AWS_REGION', 'eu-west-3')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'from-environment')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's')
  vi.stubEnv('AWS_PROFILE', undefined)
  const { config } = await connect('bucket')
  expect(await config.region()).toBe('eu-west-3')
  expect(await config.credentials()).toMatchObject({ accessKeyId: 'from-environment' })
})

it('takes credentials and region from a profile', async () => {
  await stubProfiles()
  const { config } = await connect('bucket?profile=work')
  expect(await config.credentials()).toMatchObject({ accessKeyId: 'work-key' })
  expect(await config.region()).toBe('eu-south-1')
})

it('has the SDK copy no input and no output of a call for a log', async () => {
  const { config } = await connect('key:secret@bucket?region=here')
  expect(config.logger).not.toHaveProperty('info')
  expect(config.logger).not.toHaveProperty('error')
})

it.each([
  ['', undefined, undefined],
  ['?serverSideEncryption=aws:kms&kmsKeyId=arn:aws:kms:eu:1:key/2', 'aws:kms', 'arn:aws:kms:eu:1:key/2'],
  ['?serverSideEncryption=AES256', 'AES256', undefined],
])('names the encryption of the connection in each write, and in no read: %s', async (parameters, by, key) => {
  await using server = await startScriptedServer(() => ({ status: 200, headers: { etag: '"1"' } }))
  const store = openStore(`${server.endpoint.replace('//', '//key:secret@')}/bucket${parameters}`)
  await store.put('k', new Uint8Array(1))
  await store.put('k', new Uint8Array(1), { condition: { ifAbsent: true } })
  await store.get('k')
  await store.delete('k')
  await store.close()
  const named = server.seen.map(({ headers }) => [
    headers['x-amz-server-side-encryption'],
    headers['x-amz-server-side-encryption-aws-kms-key-id'],
  ])
  const none = [undefined, undefined]
  expect(named).toEqual([[by, key], [by, key], none, none])
})
