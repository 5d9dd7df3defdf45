import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/**
 * Takes the server away when the test run is over, however it ends.
 *
 * Vitest leaves at once on Ctrl-C, without its teardown, and nobody tears down after a SIGKILL. So a small process of
 * its own holds the end of a pipe: the pipe closes when the run ends by any way, and then the watchdog removes the
 * server. An orderly teardown closes the pipe too and waits; there is one way out, and every run takes it.
 */
export interface Watchdog {
  /** Removes the server and resolves when it is gone. */
  release(): Promise<void>
}

export type Leftover =
  | { readonly kind: 'container'; readonly id: string }
  | { readonly kind: 'process'; readonly pid: number; readonly dir: string }

export function startWatchdog(leftover: Leftover): Watchdog {
  const watchdog = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(leftover)], {
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
  })
  const ended = new Promise<void>((resolve, reject) => {
    watchdog.once('error', reject)
    watchdog.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the MinIO of this run could not be removed: ${JSON.stringify(leftover)}`))
    })
  })
  ended.catch(() => undefined)
  return {
    release: () => {
      watchdog.stdin.end()
      return ended
    },
  }
}

async function remove(leftover: Leftover): Promise<void> {
  if (leftover.kind === 'container') {
    const { getContainerRuntimeClient } = await import('testcontainers')
    const runtime = await getContainerRuntimeClient()
    await runtime.container.getById(leftover.id).remove({ force: true, v: true })
    return
  }
  try {
    process.kill(leftover.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  await rm(leftover.dir, { recursive: true, force: true, maxRetries: 5 })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Only the pipe decides: a terminal that goes away must not take the watchdog with it.
  process.on('SIGHUP', () => undefined)
  for await (const _ of process.stdin) continue
  await remove(JSON.parse(process.argv[2] ?? '') as Leftover)
}
