import {
  fullJitter,
  messageOf,
  RepeatedTroubles,
  S3SchedError,
  WakeableLoops,
  type Clock,
  type Logger,
  type Random,
} from '@s3sched/kernel'
import type { ChangeOfRecord, RecordCache } from '@s3sched/jobs/bucket'

export interface InsistentUpdatesDeps {
  readonly records: Pick<RecordCache, 'update'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** Log texts for a failed change: `message` on a failed try, `givenUp` after the last. */
export interface Trouble {
  readonly message: string
  readonly givenUp: string
}

const RETRY = { baseMs: 200, maxMs: 30_000 }
/** While the process stops: somebody waits, and not for long. */
const RETRY_AT_STOP = { baseMs: 200, maxMs: 1000 }

/** Changes of job records that must not be lost: each is retried until the write succeeds or `giveUp` aborts. */
export class InsistentUpdates {
  readonly #deps: InsistentUpdatesDeps
  readonly #giveUp: AbortSignal
  readonly #repeated: RepeatedTroubles
  readonly #loops: WakeableLoops
  #retry = RETRY

  /** @param giveUp - aborts when an unwritten change is not to be retried any more */
  constructor(deps: InsistentUpdatesDeps, giveUp: AbortSignal) {
    this.#deps = deps
    this.#giveUp = giveUp
    this.#repeated = new RepeatedTroubles(deps.clock)
    this.#loops = new WakeableLoops(deps.clock)
  }

  /** Tries at once what waits for its next try, and waits no longer than a second from now on. */
  hurry(): void {
    this.#retry = RETRY_AT_STOP
    this.#loops.wake()
  }

  /** Never rejects. @returns whether the change was written, or turned out needless */
  update(jobName: string, change: ChangeOfRecord<unknown>, trouble: Trouble): Promise<boolean> {
    return this.insist(() => this.#deps.records.update(jobName, change, this.#giveUp), trouble)
  }

  /** Repeats `work` while the store fails. Never rejects. @returns whether the work was done */
  async insist(work: () => Promise<unknown>, trouble: Trouble): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      return this.insistAfter(error, work, trouble)
    }
  }

  /** Like {@link insist}, after a first failure. */
  insistAfter(failure: unknown, work: () => Promise<unknown>, trouble: Trouble): Promise<boolean> {
    return this.#loops.run(async (pauses) => {
      const { logger, random } = this.#deps
      const signal = this.#giveUp
      let last = failure
      for (let failures = 1; ; failures++) {
        const isOver = signal.aborted || !(last instanceof S3SchedError) || isHopeless(last)
        if (isOver) {
          logger.error(`${trouble.message}; ${trouble.givenUp}`, { error: last })
          return false
        }
        const others = this.#repeated.tell(last)
        if (others !== undefined) logger.warn(`${trouble.message} yet: ${messageOf(last)}${others}`, { error: last })
        await pauses.sleep(fullJitter(failures, this.#retry, random), signal)
        try {
          await work()
          return true
        } catch (again) {
          last = again
        }
      }
    })
  }
}

/** No repetition makes a wrong value right. */
function isHopeless({ code }: S3SchedError): boolean {
  return code === 'INVALID_RECORD' || code === 'INVALID_ARGUMENT'
}
