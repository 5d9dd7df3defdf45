import { spawn, type SpawnOptions } from 'node:child_process'

/** A server started by this benchmark. */
export interface ChildServer {
  /** The address for clients. */
  readonly url: string
  readonly stop: () => Promise<void>
}

/**
 * Starts a program and waits until the program reports readiness. The program ends with this process.
 * @throws Error with the program's output when the program ends before
 */
export async function startServer(
  url: string,
  [program, ...args]: readonly [string, ...string[]],
  readyWhenItSays: string,
  stopBy: NodeJS.Signals,
  options: SpawnOptions,
): Promise<ChildServer> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = (): void => void child.kill(stopBy)
  process.once('exit', end)
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let said = ''
    const listen = (chunk: Buffer): void => {
      said += chunk.toString()
      if (said.includes(readyWhenItSays)) resolve()
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('error', reject)
    void closed.then(() => reject(new Error(`${program} ended: ${said}`)))
  })
  return {
    url,
    stop: async () => {
      end()
      await closed
      process.off('exit', end)
    },
  }
}
