import type { Clock, Logger } from '@s3sched/kernel'
import { StoreError } from '@s3sched/store'
import { SchedulerError } from '@s3sched/jobs'

/** After each such period the log says that the first requests are not over, in ms. */
const PATIENCE_MS = 5000
const OVER = 'the first requests are over'

/**
 * Awaits the first requests to a store. While a store is silent or slow, the log tells for how long, with the last
 * failure of a try if there was one, and an error names the whole time, since a request knows only the time of its own
 * tries.
 *
 * @param work - calls its parameter with each such failure
 * @throws SchedulerError `STORE` for trouble that may pass; any other error unchanged
 */
export async function awaitFirstAnswer(
  where: string,
  work: (onTrouble: (error: StoreError) => void) => Promise<unknown>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  const from = clock.monotonic()
  const seconds = (): number => Math.round((clock.monotonic() - from) / 1000)
  const ended = new AbortController()
  let last: StoreError | undefined
  const tell = (): void => {
    const reason = last === undefined ? 'is silent or slow' : `gave no useful answer so far (${last.message})`
    logger.warn(`${where} ${reason}: its check is not over after ${seconds()} s`)
  }
  void repeat(clock, ended.signal, tell)
  try {
    await work((error) => void (last = error))
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
