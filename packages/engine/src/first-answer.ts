import type { Clock, Logger } from '@s3sched/kernel'
import { StoreError } from '@s3sched/store'
import { SchedulerError } from '@s3sched/jobs'

/** After each such period the log says that the first requests are not over, in ms. */
const PATIENCE_MS = 5000
const OVER = 'the first requests are over'

/**
 * Awaits the first requests to a store. While a store is silent or slow, the log tells for how long, and an error names
 * the whole time, since a request knows only the time of its own tries.
 *
 * @throws SchedulerError `STORE` for trouble that may pass; any other error unchanged
 */
export async function awaitFirstAnswer(
  where: string,
  work: () => Promise<unknown>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  const from = clock.monotonic()
  const seconds = (): number => Math.round((clock.monotonic() - from) / 1000)
  const ended = new AbortController()
  const tell = (): void => logger.warn(`${where} is silent or slow: its check is not over after ${seconds()} s`)
  void repeat(clock, ended.signal, tell)
  try {
    await work()
  } catch (cause) {
    if (!(cause instanceof StoreError) || !cause.retriable) throw cause
    throw new SchedulerError(`${where} gave no useful answer in ${seconds()} s: ${cause.problem}`, {
      code: 'STORE',
      cause,
      context: cause.context,
      retriable: true,
      ...(cause.suggestion !== undefined && { suggestion: cause.suggestion }),
    })
  } finally {
    ended.abort(OVER)
  }
}

async function repeat(clock: Clock, ended: AbortSignal, tell: () => void): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(PATIENCE_MS, ended)
      tell()
    }
  } catch (error) {
    if (error !== OVER) throw error
  }
}
