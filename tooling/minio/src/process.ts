import { spawn, type ChildProcess } from 'node:child_process'
import { access, constants, mkdtemp } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Attempt } from './attempt.ts'
import { startWatchdog } from './watchdog.ts'

/** The credentials of every MinIO started here. */
export const KEYS: { readonly accessKeyId: string; readonly secretAccessKey: string } = {
  accessKeyId: 's3sched',
  secretAccessKey: 's3sched-secret',
}
export const START_TIMEOUT_MS = 120_000

/**
 * A path that MinIO answers well once its initialization has ended. On a busy machine a MinIO is live, and says so, for a
 * while before, and can make no bucket.
 */
export const INITIALIZED = '/minio/health/cluster'

/** A process id without a process, for a server that could not even be spawned. */
const NO_PROCESS = 2 ** 31 - 1

/** A `minio` of this machine, on the PATH or where `prepare.sh` builds it, with its data in a temporary folder. */
export async function startProcess(): Promise<Attempt> {
  const binary = await findBinary()
  if (binary === undefined) return { outcome: 'failed', reason: `process: no minio on the PATH or in ${cacheFolder()}` }
  const dir = await mkdtemp(join(tmpdir(), 's3sched-minio-'))
  const endpoint = `http://127.0.0.1:${await freePort()}`
  // A group of its own: Ctrl-C must reach the watchdog's decision, not the server under a test that is still ending.
  const server = spawn(
    binary,
    ['server', dir, '--address', new URL(endpoint).host, '--console-address', '127.0.0.1:0'],
    {
      env: { ...process.env, MINIO_ROOT_USER: KEYS.accessKeyId, MINIO_ROOT_PASSWORD: KEYS.secretAccessKey },
      stdio: 'ignore',
      detached: true,
    },
  )
  const watchdog = startWatchdog({ kind: 'process', pid: server.pid ?? NO_PROCESS, dir })
  const problem = await becomeHealthy(server, endpoint)
  if (problem !== undefined) {
    await watchdog.release()
    return { outcome: 'failed', reason: `process: ${binary} ${problem}` }
  }
  server.unref()
  return { outcome: 'started', what: `process of ${binary}`, connection: { endpoint, ...KEYS }, watchdog }
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 's3sched')
}

/** A program of this machine: on the PATH, or where its `prepare.sh` builds the program. */
export async function findBinary(name = 'minio'): Promise<string | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), cacheFolder()]
  for (const folder of folders) {
    const candidate = join(folder, name)
    const executable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (executable) return candidate
  }
  return undefined
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', resolve)
  })
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** Waits until the server answers well; returns the fault otherwise. */
export async function becomeHealthy(
  server: ChildProcess,
  endpoint: string,
  path = INITIALIZED,
  isWell: (response: Response) => boolean = (response) => response.ok,
): Promise<string | undefined> {
  const ended = new AbortController()
  server.once('error', (error) => ended.abort(error.message))
  server.once('exit', (code, signal) => ended.abort(`ended early (${signal ?? `exit code ${code}`})`))
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!ended.signal.aborted && Date.now() < deadline) {
    const answered = await fetch(endpoint + path).then(isWell, () => false)
    if (answered) return undefined
    await sleep(50)
  }
  return ended.signal.aborted ? String(ended.signal.reason) : `did not answer within ${START_TIMEOUT_MS / 1000} s`
}
