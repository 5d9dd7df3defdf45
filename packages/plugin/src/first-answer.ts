import type { Clock, Logger } from '@s3sched/kernel'
import { StoreError } from '@s3sched/store'
import { SchedulerError } from './scheduler-error.ts'

/** A store that says nothing for so long is told in the log, each time anew. */
const SILENCE_MS = 5000
const OVER = 'the store has answered, or is given up'

/**
 * Awaits the first work on a store. While the store says nothing the log tells for how long, and a failure names the whole time: each
 * request knows its own try alone.
 *
 * @throws SchedulerError `STORE` for trouble that may pass; everything else as it is
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
    throw new SchedulerError(`${where} gave no useful answer in ${seconds()} s: ${cause.message}`, {
      code: 'STORE',
      cause,
      context: cause.context,
      retriable: true,
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
