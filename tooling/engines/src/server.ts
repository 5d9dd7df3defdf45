import { spawn } from 'node:child_process'
import { startWatchdog } from '@s3sched-tooling/minio/watchdog'

/** A server started by the process. */
export interface Server {
  /** The address for clients. */
  readonly url: string
  readonly stop: () => Promise<void>
}

export interface ServerStart {
  readonly url: string
  /** The folder of the server's data, which goes with the server. */
  readonly folder: string
  readonly command: readonly [program: string, ...args: string[]]
  /** The server is up once the output has the text. */
  readonly saysWhenReady: string
  readonly stopBy: NodeJS.Signals
  /** Not the user of this process. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  readonly env?: NodeJS.ProcessEnv
}

/** A process id without a process, for a server that could not even be spawned. */
const NO_PROCESS = 2 ** 31 - 1

/**
 * Starts a program and waits until the program reports readiness. The program ends with this process, after any kind of
 * end.
 * @throws Error with the program's output when the program ends before
 */
export async function startServer(start: ServerStart): Promise<Server> {
  const [program, ...args] = start.command
  const child = spawn(program, args, {
    ...start.owner,
    cwd: start.folder,
    env: { ...process.env, ...start.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C must reach the watchdog's decision, not the server under a test at its end.
    detached: true,
  })
  const watchdog = startWatchdog({ kind: 'process', pid: child.pid ?? NO_PROCESS, dir: start.folder })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill(start.stopBy)
    await closed
    await watchdog.release()
  }
  try {
    await new Promise<void>((resolve, reject) => {
      let said = ''
      const listen = (chunk: Buffer): void => {
        said += chunk.toString()
        if (said.includes(start.saysWhenReady)) resolve()
      }
      child.stdout.on('data', listen)
      child.stderr.on('data', listen)
      child.once('error', reject)
      void closed.then(() => reject(new Error(`${program} ended: ${said}`)))
    })
  } catch (error) {
    await watchdog.release()
    throw error
  }
  return { url: start.url, stop }
}
