import type { Logger } from '@s3sched/kernel'
import type { ServerClock } from '@s3sched/store'
import { restoreJob } from '../record/job-changes.ts'
import type { JobRecord } from '../record/job-record.ts'
import { isDefinedAnew, reuniteJob } from '../record/reunite-job.ts'

export interface RecordRestorerDeps {
  readonly serverClock: ServerClock
  readonly logger: Logger
  /** The most by which a claim may be ahead of its tick, in ms. */
  readonly claimAheadMs: number
  /** True while this process leads the job: other instances then claim no tick ahead. @default never */
  readonly leads?: (name: string) => boolean
}

/** The most that the clocks of two correct machines differ, in ms. */
const RESTORE_MARGIN_MS = 5000

/** What a record is to say again after a deletion by a person or a rule: no tick may start twice by the loss. */
export class RecordRestorer {
  readonly #deps: RecordRestorerDeps

  constructor(deps: RecordRestorerDeps) {
    this.#deps = deps
  }

  /** The last known record of a job without an object. */
  restored(name: string, last: JobRecord): JobRecord {
    return restoreJob(last, this.#claimedUpTo(name))
  }

  /** The record that was read, or a better one where it was defined anew without its past. */
  reunited(name: string, known: JobRecord, found: JobRecord): JobRecord {
    const { claimAheadMs } = this.#deps
    const marginMs = claimAheadMs + RESTORE_MARGIN_MS
    if (!isDefinedAnew(known, found, marginMs)) return found
    // The old record was gone at the new definition. Later ticks were claimed in the new record, or are open.
    return reuniteJob(known, found, Math.min(this.#claimedUpTo(name), found.since + marginMs))
  }

  /** The instant up to which other instances may have claimed ticks of the job, epoch ms. */
  #claimedUpTo(name: string): number {
    const { claimAheadMs, leads, serverClock } = this.#deps
    const now = serverClock.sharedNow()
    if (leads?.(name) === true) return now
    return Math.ceil(serverClock.upperBound() ?? now) + claimAheadMs + RESTORE_MARGIN_MS
  }
}
