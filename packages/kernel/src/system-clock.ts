import type { Clock } from './clock.ts'

/** The longest delay of `setTimeout`; a timer with a longer delay fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const MS_PER_S = 1000
const NS_PER_MS = 1_000_000

/** Not `performance.now()`: the first use of `performance` loads parts of Node.js that take 0.7 to 1.2 MiB. */
function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * MS_PER_S + nanoseconds / NS_PER_MS
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    if (ms <= 0) return nextTurn(resolve, reject, signal)
    const due = monotonic() + ms
    let timer: NodeJS.Timeout
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    // A timer may fire a little early against the monotonic clock, and a long delay is cut: check the clock each time.
    const arm = (): void => {
      const left = due - monotonic()
      timer = setTimeout(wake, Math.min(Math.max(Math.ceil(left), 0), LONGEST_TIMER_MS))
    }
    const wake = (): void => {
      if (monotonic() < due) return arm()
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    arm()
  })
}

/** A timer of 0 ms would be a timer of 1 ms, and the process would give up its core and wait for the core again. */
function nextTurn(resolve: () => void, reject: (reason: unknown) => void, signal?: AbortSignal): void {
  const onAbort = (): void => {
    clearImmediate(turn)
    reject(signal?.reason)
  }
  const turn = setImmediate(() => {
    signal?.removeEventListener('abort', onAbort)
    resolve()
  })
  signal?.addEventListener('abort', onAbort, { once: true })
}

/** The machine's own clocks and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic,
  sleep,
}
