import type { Io } from '../io.ts'
import type { RequestMeter } from './request-meter.ts'
import { grouped } from './counted.ts'
import { formatDuration } from './times.ts'

const PATIENCE_MS = 1000
const EVERY_MS = 250
/** Returns to the beginning of the line, and clears the line. */
export const CLEAR_LINE = '\r\u001b[K'

/**
 * Awaits `work`. After a second, a terminal's standard error shows the label, the time so far, the number of requests
 * so far, and where known the total number and the remaining time.
 * @param label - such as `Reading the jobs`
 */
export async function withProgress<T>(io: Io, label: string, work: Promise<T>, meter?: RequestMeter): Promise<T> {
  if (!io.stderr.isTerminal) return work
  const done = new AbortController()
  const startedAt = io.clock.monotonic()
  const madeBefore = meter?.made ?? 0
  const showing = show()
  try {
    return await work
  } finally {
    done.abort()
    await showing
  }

  async function show(): Promise<void> {
    let isShown = false
    try {
      await io.clock.sleep(PATIENCE_MS, done.signal)
      for (;;) {
        const waitedMs = io.clock.monotonic() - startedAt
        const made = (meter?.made ?? 0) - madeBefore
        await io.stderr.write(`${CLEAR_LINE}${label} … ${progressText(waitedMs, made, meter?.expected)}`)
        isShown = true
        await io.clock.sleep(EVERY_MS, done.signal)
      }
    } catch (error) {
      if (!done.signal.aborted) throw error
    }
    if (isShown) await io.stderr.write(CLEAR_LINE)
  }
}

/** @param expected - the approximate total number of requests */
export function progressText(waitedMs: number, made: number, expected: number | undefined): string {
  const waited = `${Math.floor(waitedMs / 1000)}s`
  if (made === 0) return waited
  if (expected === undefined) return `${waited}, ${grouped(made)} requests`
  const left = expected - made
  const pace = `${waited}, ${grouped(made)} of about ${grouped(Math.max(expected, made))} requests`
  return left <= 0 ? pace : `${pace}, ${formatDuration(Math.ceil(((waitedMs / made) * left) / 1000) * 1000)} left`
}
