import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/**
 * Takes the server away when the test run is over, however it ends.
 *
 * Vitest leaves at once on Ctrl-C, without its teardown, and nobody tears down after a SIGKILL. So a small process of
 * its own holds the end of a pipe, from before the server starts: the pipe closes when the run ends by any way, and
 * then the watchdog removes the server. An orderly teardown says so on the pipe, closes it too, and waits; there is one
 * way out, and every run takes it.
 */
export interface Watchdog {
  /** Removes the server and resolves when it is gone. */
  release(): Promise<void>
}

export type Leftover =
  | { readonly kind: 'container'; readonly label: string; readonly value: string }
  | { readonly kind: 'process'; readonly pid: number; readonly dir: string }

/** For so long after a run that was cut short, its container may still come to be. */
const PATIENCE_MS = 5000

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
  // It is looked at by whoever releases; until then it must not count as unhandled.
  ended.catch(() => undefined)
  return {
    release: () => {
      watchdog.stdin.end('orderly')
      return ended
    },
  }
}

async function remove(leftover: Leftover, patienceMs: number): Promise<void> {
  if (leftover.kind === 'container') return removeContainer(leftover.label, leftover.value, patienceMs)
  try {
    process.kill(leftover.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  await rm(leftover.dir, { recursive: true, force: true, maxRetries: 5 })
}

async function removeContainer(label: string, value: string, patienceMs: number): Promise<void> {
  const { getContainerRuntimeClient } = await import('testcontainers')
  const runtime = await getContainerRuntimeClient()
  const deadline = Date.now() + patienceMs
  let container = await runtime.container.fetchByLabel(label, value)
  while (container === undefined && Date.now() < deadline) {
    await sleep(200)
    container = await runtime.container.fetchByLabel(label, value)
  }
  await container?.remove({ force: true, v: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Only the pipe decides: a terminal that goes away must not take the watchdog with it.
  process.on('SIGHUP', () => undefined)
  const said = await text(process.stdin)
  await remove(JSON.parse(process.argv[2] ?? '') as Leftover, said === 'orderly' ? 0 : PATIENCE_MS)
}
