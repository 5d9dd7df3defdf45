import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/**
 * Removes the server when the test run is over, after any kind of end.
 *
 * Vitest leaves at once on Ctrl-C, without its teardown, and nobody tears down after a SIGKILL. So a small process of
 * its own holds the end of a pipe, from before the server starts: the pipe closes at every kind of end of the run, and
 * then the watchdog removes the server. An orderly teardown writes to the pipe, closes the pipe too, and waits; every
 * run takes this single way out.
 */
export interface Watchdog {
  /** Removes the server and resolves when it is gone. */
  release(): Promise<void>
}

export type Leftover =
  | { readonly kind: 'container'; readonly label: string; readonly value: string }
  | { readonly kind: 'process'; readonly pid: number; readonly dir: string }

/** The time during which the container of an interrupted run may still appear. */
const PATIENCE_MS = 5000

/** A busy engine refuses now and then to remove a container, such as while something still has its files open. */
const REMOVALS = 10
const BETWEEN_REMOVALS_MS = 1000

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
  // The releasing caller awaits the promise; an earlier rejection must not count as unhandled.
  ended.catch(() => undefined)
  watchdog.stdin.on('error', () => undefined) // the watchdog is gone; its exit tells
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
  for (let removal = 1; container !== undefined; removal++) {
    try {
      await container.remove({ force: true, v: true })
    } catch (error) {
      if (removal === REMOVALS) throw error
    }
    container = await runtime.container.fetchByLabel(label, value)
    if (container === undefined) return
    if (removal === REMOVALS) throw new Error(`the engine still lists the container after ${removal} removals`)
    await sleep(BETWEEN_REMOVALS_MS)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Only the pipe decides: a closed terminal must not end the watchdog.
  process.on('SIGHUP', () => undefined)
  const said = await text(process.stdin)
  await remove(JSON.parse(process.argv[2] ?? '') as Leftover, said === 'orderly' ? 0 : PATIENCE_MS)
}
