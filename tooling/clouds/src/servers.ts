import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { becomeHealthy, findBinary, freePort } from '@s3sched-tooling/minio/process'
import { startWatchdog, type Watchdog } from '@s3sched-tooling/minio/watchdog'
import { StorageSharedKeyCredential, BlobServiceClient } from '@azure/storage-blob'

/** A running emulator of a cloud, with its data in memory. */
export interface Emulator {
  /** Such as `http://127.0.0.1:40123`. */
  readonly endpoint: string
  readonly watchdog: Watchdog
}

/** The account that each Azurite knows. Its key is published, and no secret. */
const ACCOUNT = 'devstoreaccount1'
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

/** Azurite of npm, as a process of its own. */
export async function startAzurite(): Promise<Emulator> {
  const main = join(dirname(createRequire(import.meta.url).resolve('azurite/package.json')), 'dist/src/blob/main.js')
  const port = await freePort()
  const args = ['--blobPort', String(port), '--inMemoryPersistence', '--silent', '--disableTelemetry']
  // A new SDK asks by a version of the API that an Azurite may not know yet.
  const command = [process.execPath, [main, ...args, '--skipApiVersionCheck']] as const
  // It refuses a request without a key, and so is up.
  return startEmulator(command, port, '/', ({ status }) => status === 403 || status === 400)
}

/** The fake-gcs-server of this machine: on the PATH, or where `prepare.sh` builds the program. */
export async function startFakeGcs(): Promise<Emulator | undefined> {
  const binary = await findBinary('fake-gcs-server')
  if (binary === undefined) return undefined
  const port = await freePort()
  const args = ['-backend', 'memory', '-scheme', 'http', '-host', '127.0.0.1', '-port', String(port)]
  return startEmulator([binary, [...args, '-log-level', 'error']], port, '/storage/v1/b', ({ ok }) => ok)
}

async function startEmulator(
  [program, args]: readonly [string, readonly string[]],
  port: number,
  path: string,
  isWell: (response: Response) => boolean,
): Promise<Emulator> {
  const dir = await mkdtemp(join(tmpdir(), 's3sched-cloud-'))
  const endpoint = `http://127.0.0.1:${port}`
  // A group of its own: Ctrl-C must reach the watchdog's decision, not the server under a test that is still ending.
  // fake-gcs-server writes the time of its own zone into Last-Modified, and calls the time GMT.
  const env = { ...process.env, TZ: 'UTC' }
  const server: ChildProcess = spawn(program, args, { cwd: dir, env, stdio: 'ignore', detached: true })
  const watchdog = startWatchdog({ kind: 'process', pid: server.pid ?? 2 ** 31 - 1, dir })
  const problem = await becomeHealthy(server, endpoint, path, isWell)
  if (problem !== undefined) {
    await watchdog.release()
    throw new Error(`${program} ${problem}`)
  }
  server.unref()
  return { endpoint, watchdog }
}

/** A new container of Azurite, as a connection string. */
export async function createContainer(endpoint: string, name: string): Promise<string> {
  const service = `${endpoint}/${ACCOUNT}`
  const client = new BlobServiceClient(service, new StorageSharedKeyCredential(ACCOUNT, KEY))
  await client.createContainer(name)
  return azuriteConnection(endpoint, name)
}

/** The connection string of a container, by any address of the server. */
export function azuriteConnection(endpoint: string, container: string): string {
  return `az://:${KEY}@${ACCOUNT}/${container}?endpoint=${encodeURIComponent(`${endpoint}/${ACCOUNT}`)}`
}

/** A new bucket of fake-gcs-server, as a connection string. */
export async function createGoogleBucket(endpoint: string, name: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ name })
  const created = await fetch(`${endpoint}/storage/v1/b`, { method: 'POST', headers, body })
  if (!created.ok) throw new Error(`fake-gcs-server creates no bucket: ${created.status} ${await created.text()}`)
  return googleConnection(endpoint, name)
}

/** The connection string of a bucket, by any address of the server. */
export function googleConnection(endpoint: string, bucket: string): string {
  return `gs://${bucket}?endpoint=${encodeURIComponent(endpoint)}`
}
