import type { Io } from '../io.ts'

const PATIENCE_MS = 1000
const EVERY_MS = 250
/** Returns to the beginning of the line, and clears the line. */
export const CLEAR_LINE = '\r\u001b[K'

/**
 * Awaits `work`. After a second, shows the label on the terminal of standard error.
 * @param label - such as `Reading the jobs`
 */
export async function withProgress<T>(io: Io, label: string, work: Promise<T>): Promise<T> {
  if (!io.stderr.isTerminal) return work
  const done = new AbortController()
  const startedAt = io.clock.monotonic()
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
        const seconds = Math.floor((io.clock.monotonic() - startedAt) / 1000)
        await io.stderr.write(`${CLEAR_LINE}${label} … ${seconds}s`)
        isShown = true
        await io.clock.sleep(EVERY_MS, done.signal)
      }
    } catch (error) {
      if (!done.signal.aborted) throw error
    }
    if (isShown) await io.stderr.write(CLEAR_LINE)
  }
}
