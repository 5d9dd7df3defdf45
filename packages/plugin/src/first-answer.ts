import type { Clock, Logger } from '@s3sched/kernel'
import { StoreError } from '@s3sched/store'
import { SchedulerError } from '@s3sched/jobs'

/** After each such period without an answer from the store the log warns, in ms. */
const SILENCE_MS = 5000
const OVER = 'the store has answered, or is given up'

/**
 * Awaits the first requests to a store. During the store's silence the log tells its duration, and an error names the
 * whole time, since a request knows only the time of its own tries.
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
  void tellSilence(clock, ended.signal, () => logger.warn(`${where} has not answered for ${seconds()} s; still trying`))
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

async function tellSilence(clock: Clock, ended: AbortSignal, tell: () => void): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(SILENCE_MS, ended)
      tell()
    }
  } catch (error) {
    if (error !== OVER) throw error
  }
}
