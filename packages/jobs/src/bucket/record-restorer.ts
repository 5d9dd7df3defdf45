import type { Logger } from '@s3sched/kernel'
import type { Fields, ServerClock } from '@s3sched/store'
import { restoreJob } from '../record/job-changes.ts'
import { parseJobRecord } from '../record/job-record-format.ts'
import type { JobRecord } from '../record/job-record.ts'
import { isDefinedAnew, reuniteJob } from '../record/reunite-job.ts'

export interface RecordRestorerDeps {
  readonly serverClock: ServerClock
  readonly logger: Logger
  /** The most by which a claim may be ahead of its tick, in ms. */
  readonly claimAheadMs: number
  /** True while this process leads the job: other instances then claim no tick ahead. @default never */
  readonly leads?: (name: string) => boolean
  /**
   * False for a viewer: a lost page is left alone until the viewer changes one of its jobs. @default true: written again
   * at once, so that other instances find the records again
   */
  readonly restores?: boolean
}

/** The most that the clocks of two correct machines differ, in ms. */
const RESTORE_MARGIN_MS = 5000

/**
 * The content of a record after a deletion of the page by a person or a rule: no tick may start twice by the loss.
 *
 * A missing page is put back as a whole. A page that another process has made anew may lack the past of jobs unknown to
 * the other process: such a past is **owed** until its write.
 */
export class RecordRestorer {
  readonly #deps: RecordRestorerDeps
  /** The records as known before the loss of their page. */
  readonly #owed = new Map<string, JobRecord>()

  constructor(deps: RecordRestorerDeps) {
    this.#deps = deps
  }

  /** The last known record of a page that is missing in the bucket. */
  restored(name: string, last: JobRecord): JobRecord {
    return restoreJob(last, this.#claimedUpTo(name))
  }

  /**
   * Called for a page made anew. @param text - the record before the loss, as JSON
   * @returns whether the record as found lacks the past of the job
   */
  notePast(name: string, text: string, found: JobRecord | undefined): boolean {
    if (this.#deps.restores === false) return false
    const parsed = parseJobRecord(JSON.parse(text) as Fields)
    if (parsed.outcome !== 'found' || this.#better(name, found, parsed.record) === found) return false
    this.#owed.set(name, parsed.record)
    this.#deps.logger.error(
      `the record of job '${name}' was deleted, and defined anew by an instance that had not known it: its past is restored`,
    )
    return true
  }

  /** True while the past of the job is to be written. */
  owes(name: string): boolean {
    return this.#owed.has(name)
  }

  /** The record as found, with the past of the job where the past is owed. */
  withPast(name: string, found: JobRecord | undefined): JobRecord | undefined {
    const owed = this.#owed.get(name)
    return owed === undefined ? found : this.#better(name, found, owed)
  }

  /** Called when the record was written with its past. */
  settled(name: string): void {
    this.#owed.delete(name)
  }

  #better(name: string, found: JobRecord | undefined, known: JobRecord): JobRecord {
    if (found === undefined) return this.restored(name, known)
    const marginMs = this.#deps.claimAheadMs + RESTORE_MARGIN_MS
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
