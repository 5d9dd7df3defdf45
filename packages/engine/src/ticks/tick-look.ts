import type { Schedule } from '@s3sched/cron'
import type { JobRecord, LocalJob, OpenRun } from '@s3sched/jobs'
import type { Bucket } from '../bucket.ts'
import type { TickRefusal } from '../runs/claim-tick.ts'
import type { ClaimAnswer, ClaimRefusal } from '../runs/claim-under-way.ts'
import type { TickSettler } from './tick-settler.ts'

/** The end of a step of a look: nothing is left to do, or the step waits for the answer to a claim. */
export type LookStep = 'again' | 'over' | 'claiming'

export interface LookHost extends Pick<Bucket, 'records'> {
  readonly settler: TickSettler
  /** Goes on with the look: the next step decides on the record as it is now. */
  readonly goOn: (look: TickLook) => void
  readonly failed: (look: TickLook, error: unknown) => void
}

/** One look at the ticks of a job, over as many decisions as the job has open ticks. */
export class TickLook implements ClaimAnswer<TickRefusal> {
  readonly name: string
  /** The number of settled decisions. */
  settled = 0
  /** True if the record was read for the next decision. */
  isFresh = false
  readonly #host: LookHost
  #claiming: { readonly job: LocalJob; readonly tick: number } | undefined

  constructor(host: LookHost, name: string) {
    this.#host = host
    this.name = name
  }

  /** Claims a tick. The answer goes on with the look. */
  claim(job: LocalJob, schedule: Schedule, tick: number): void {
    this.#claiming = { job, tick }
    this.#host.settler.claim(this.name, { schedule, tick }, this)
  }

  /** The next step decides on the record as it is in the bucket. */
  readAgain(): LookStep {
    this.isFresh = true
    this.#host.records.invalidate(this.name)
    return 'again'
  }

  /** Called after a settled decision. */
  hasSettled(): void {
    this.isFresh = false
    this.settled++
  }

  claimed(run: OpenRun, record: JobRecord): void {
    if (this.#claiming !== undefined) this.#host.settler.begin(this.#claiming.job, run, record)
    this.hasSettled()
    this.#host.goOn(this)
  }

  refused(why: ClaimRefusal<TickRefusal>): void {
    if (this.#claiming !== undefined) this.#host.settler.refused(this.name, this.#claiming.tick, why)
    this.hasSettled()
    this.#host.goOn(this)
  }

  failed(error: unknown): void {
    this.#host.failed(this, error)
  }
}
