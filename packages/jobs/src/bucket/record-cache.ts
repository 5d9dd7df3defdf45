/**
 * This instance's cache of job records: for every job, the last record read or written here, beside the code's
 * definition.
 *
 * A record is only changed through {@link RecordCache.update}: compare-and-swap on the ETag last seen, one write at a time
 * per job within this process. No decision rests on a record that could not be written: after a conflict the record is
 * read again, and the change is decided again on the new content.
 */
import { takeReading, type Clock, type Random, type Reading } from '@s3sched/kernel'
import { writeDocument, type ObjectStore } from '@s3sched/store'
import type { ClockWatch } from '../clock-watch.ts'
import { compactRecord } from '../record/compact-record.ts'
import { foldEnds, newJob } from '../record/job-changes.ts'
import { NameTable } from './name-table.ts'
import { effectiveSpec, lowerBound, type JobRecord } from '../record/job-record.ts'
import { isPlain, type Vouch } from './unchanged-index.ts'
import type { LocalJob } from '../definition/local-job.ts'
import { countsOtherwise, rememberPeriod } from '../record/past-periods.ts'
import type { RecordedRuns } from '../record/recorded-runs.ts'
import { jobKey, listJobObjects, readJobRecord, type ChangedRecord } from './job-object.ts'
import { RecordRestorer, type RecordRestorerDeps } from './record-restorer.ts'
import { hash53, type VouchedRecord } from './index-text.ts'
import { VouchedRecords } from './vouched-records.ts'

/** A body that was sent. */
interface Try {
  readonly record: JobRecord
  readonly sentAt: Reading
}

/** The result of a change: a new record, or a reason not to write. */
export type RecordChange<Stop> = { readonly write: JobRecord } | { readonly stop: Stop }

export type UpdateResult<Stop> =
  /** `sentAt`: the time just before the landed body was sent. */
  | { readonly outcome: 'written'; readonly record: JobRecord; readonly sentAt: Reading }
  | { readonly outcome: 'stopped'; readonly stop: Stop; readonly record: JobRecord | undefined }

interface Entry {
  record: JobRecord | undefined
  /** The ETag of `record`; `undefined` when the bucket has no object, as far as known. */
  etag: string | undefined
  /** The record was changed elsewhere, or never read: read before the next decision. */
  isStale: boolean
  /** True if `record` is more than the object says, which was defined anew without its past. */
  isReunited: boolean
  /** The tail of this job's queue of updates; `undefined` while there is none. */
  turn: Promise<void> | undefined
}

export interface RecordCacheDeps extends RecordRestorerDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  /** The runs whose ends are folded in. */
  readonly recorded: RecordedRuns
  /** Shared with all other tables that have an entry for each job. @default a new table */
  readonly names?: NameTable
  /** Asked before a write of a changed `since`, the instant from which ticks count. */
  readonly clockWatch: Pick<ClockWatch, 'requireGood'>
  /** The code's definition, if this process has the job. */
  readonly localJob?: (name: string) => LocalJob | undefined
  /**
   * Called when the ticks that count according to a newly read record differ from those known before. The reader may be
   * a claim or the note of a failed attempt; afterwards no list shows the record as changed any more. Must not throw.
   */
  readonly onOtherTicks?: (name: string) => void
}

const IDLE = Promise.resolve()
/** The longest pause between two tries of an update after a conflict, in ms. */
const CONFLICT_PAUSE_MS = 50
export class RecordCache {
  readonly #deps: RecordCacheDeps
  readonly #names: NameTable
  /** The jobs read in full; jobs of {@link VouchedRecords} only while their record is being read. */
  readonly #entries = new Map<string, Entry>()
  readonly #vouched: VouchedRecords
  readonly #restorer: RecordRestorer
  /** The jobs whose record has an `after`. */
  readonly #chained = new Set<string>()

  constructor(deps: RecordCacheDeps) {
    this.#deps = deps
    this.#names = deps.names ?? new NameTable()
    this.#vouched = new VouchedRecords(this.#names)
    this.#restorer = new RecordRestorer(deps)
  }

  /** The names of all jobs with a known record in the bucket, removed jobs included. */
  names(): string[] {
    const there: string[] = []
    for (const name of this.#names.names()) {
      const entry = this.#entries.get(name)
      const isThere = entry === undefined ? this.#isVouched(name) : entry.record !== undefined || entry.isStale
      if (isThere) there.push(name)
    }
    return there
  }

  /** The approximate number of known jobs. */
  get size(): number {
    return this.#names.size
  }

  /** The last known record, with the ends recorded in this process folded in. No request. */
  peek(name: string): JobRecord | undefined {
    const record = this.#entries.get(name)?.record
    return record === undefined ? undefined : foldEnds(record, this.#deps.recorded.of(name))
  }

  /** The known jobs with an `after`: few among many. */
  get chained(): ReadonlySet<string> {
    return this.#chained
  }

  /** The version last read or written here; `undefined` when the bucket is known to have another version. */
  versionOf(name: string): string | undefined {
    const entry = this.#entries.get(name)
    return entry === undefined || entry.isStale ? undefined : entry.etag
  }

  isStale(name: string): boolean {
    return this.#entries.get(name)?.isStale ?? true
  }

  /** Marks the record as possibly changed elsewhere: it is read again before the next decision. */
  invalidate(name: string): void {
    const entry = this.#isVouched(name) ? this.#entries.get(name) : this.#entry(name)
    if (entry !== undefined) entry.isStale = true
    this.#vouched.doubt(name)
  }

  /** Called when the code's definition changes: the index entry for the old definition is void. */
  doubt(name: string): void {
    if (!this.#isVouched(name)) return
    this.#entry(name)
    this.#vouched.delete(name)
  }

  /**
   * The instant from which the ticks of a job count whose record was not read, because the index of unchanged records
   * proved that it matched the code at this instance's start. Epoch ms; `undefined` for every other job.
   */
  vouchedFrom(name: string): number | undefined {
    return this.#vouched.from(name)
  }

  /**
   * The index entry of a job whose record is known to match the code's definition and, as far as known, is still
   * current.
   */
  vouched(name: string): VouchedRecord | undefined {
    const from = this.#vouched.from(name)
    if (from !== undefined) {
      const etagHash = this.#vouched.etagHash(name)
      return etagHash === undefined ? undefined : { etagHash, from }
    }
    const { etag, isStale = true } = this.#entries.get(name) ?? {}
    const local = this.#deps.localJob?.(name)
    // Ends recorded by this process are in the history, where the next claimant finds them.
    const record = etag === undefined || isStale ? undefined : this.peek(name)
    if (etag === undefined || record === undefined || local === undefined || !isPlain(record, local)) return undefined
    return { etagHash: hash53(etag), from: lowerBound(record) }
  }

  /**
   * The record in the bucket, as far as known: 1 GET for an unknown or changed record, and 1 PUT for a deleted one.
   * @returns `undefined` when there is none
   */
  async load(name: string, signal?: AbortSignal): Promise<JobRecord | undefined> {
    if (this.isStale(name)) {
      await this.#inTurn(name, async (entry) => {
        if (entry.isStale) await this.#read(name, entry, signal)
      })
    }
    // Written at once, so that other instances find the record again: the job's next claim may be due in a year.
    if (this.#isUnwritten(name))
      await this.update(
        name,
        (record) => (record !== undefined && this.#isUnwritten(name) ? { write: record } : { stop: 'written' }),
        signal,
      )
    return this.peek(name)
  }

  /**
   * True if the record of a job that this process defines was deleted, and perhaps defined anew: the last known record is to be
   * written again.
   */
  #isUnwritten(name: string): boolean {
    const { etag, isReunited, isStale, record } = this.#entries.get(name) ?? {}
    const isGone = etag === undefined || isReunited === true
    return record !== undefined && isStale === false && isGone && this.#deps.localJob?.(name) !== undefined
  }

  /**
   * Finds the records that changed since the last read: 1 LIST per 1,000 jobs. Reads none of the records.
   * @param vouch - the index of unchanged records, whose entries need no read
   * @returns the changed and the unknown records
   */
  async list(signal?: AbortSignal, vouch?: Vouch): Promise<{ readonly changed: ChangedRecord[] }> {
    const { localJob, store } = this.#deps
    const changed: ChangedRecord[] = []
    for await (const objects of listJobObjects(store, signal)) {
      for (const { etag, lastModified, name: listed } of objects) {
        // The substring would keep the whole key in memory, so the known name replaces it.
        const name = localJob?.(listed)?.name ?? listed
        if (this.#isAsKnown(name, etag)) continue
        const entry = this.#entries.get(name)
        const from = entry?.record === undefined ? vouch?.(name, etag) : undefined
        if (from === undefined) {
          this.invalidate(name)
          changed.push({ name, etag, lastModified })
        } else {
          this.#vouched.set(name, etag, from)
          if (entry !== undefined) entry.isStale = true
        }
      }
    }
    return { changed }
  }

  /**
   * Changes a record by compare-and-swap: 1 PUT without a conflict. `change` must be pure: it is called again, on fresh
   * state, after each conflict. Its first argument is the record with the ends recorded in this process folded in, its
   * second the record as `stored`; both are `undefined` when there is no record.
   * @throws the store's error for an unreachable store, or `signal.reason`; the change may or may not have landed then
   */
  update<Stop>(
    name: string,
    change: (record: JobRecord | undefined, stored: JobRecord | undefined) => RecordChange<Stop>,
    signal?: AbortSignal,
  ): Promise<UpdateResult<Stop>> {
    return this.#inTurn(name, async (entry): Promise<UpdateResult<Stop>> => {
      const { clock, clockWatch, random, recorded, serverClock, store } = this.#deps
      const tried = new Map<string, Try>()
      for (;;) {
        signal?.throwIfAborted()
        const nonce = entry.isStale ? await this.#read(name, entry, signal) : undefined
        const landed = nonce === undefined ? undefined : tried.get(nonce)
        if (landed !== undefined) return this.#written(name, entry, landed)
        const known = entry.record === undefined ? undefined : foldEnds(entry.record, recorded.of(name))
        const changed = change(known, entry.record)
        if ('stop' in changed) return { outcome: 'stopped', stop: changed.stop, record: known }
        if (changed.write.since !== known?.since) await clockWatch.requireGood()
        const attempt = random.id()
        const write = rememberPeriod(known, changed.write, serverClock.sharedNow(), name)
        const sentAt = takeReading(clock)
        tried.set(attempt, { record: write, sentAt })
        const condition = entry.etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: entry.etag }
        const put = await writeDocument(store, jobKey(name), { ...write }, attempt, { condition, signal })
        if (put.outcome === 'written') {
          entry.etag = put.etag
          return this.#written(name, entry, { record: write, sentAt })
        }
        // After a conflict, as after an unknown answer, the bucket decides: the record is read, and if it holds one of
        // the bodies tried here, that try landed after all.
        entry.isStale = true
        await clock.sleep(random.float() * CONFLICT_PAUSE_MS, signal)
      }
    })
  }

  #written<Stop>(name: string, entry: Entry, { record, sentAt }: Try): UpdateResult<Stop> {
    this.#keep(name, entry, record)
    entry.isStale = false
    entry.isReunited = false
    this.#deps.recorded.forget(name, record.running)
    return { outcome: 'written', record, sentAt }
  }

  #keep(name: string, entry: Entry, record: JobRecord): void {
    entry.record = record
    this.#vouched.delete(name)
    if (effectiveSpec(record).after.length > 0) this.#chained.add(name)
    else this.#chained.delete(name)
  }

  /**
   * @returns the nonce in the object, if it has one
   * @throws SchedulerError for an unreadable object: the last known record may be older, and to write it would start
   * ticks a second time
   */
  async #read(name: string, entry: Entry, signal: AbortSignal | undefined): Promise<string | undefined> {
    const { localJob, onOtherTicks, recorded, store } = this.#deps
    const found = await readJobRecord(store, name, signal)
    if (found === undefined) {
      // The record was deleted. The last known record is written again by `load`, or with the next change.
      const last = entry.record ?? this.#asVouchedFor(name)
      if (last !== undefined && (entry.etag !== undefined || entry.record === undefined)) {
        this.#keep(name, entry, this.#restorer.restored(name, last))
      }
      this.#vouched.doubt(name)
      entry.etag = undefined
      entry.isStale = false
      return undefined
    }
    entry.etag = found.etag
    // A job known only from the index is planned no later than from its record's `since`.
    const before = entry.record ?? this.#asVouchedFor(name, found.record.since)
    const record = before === undefined ? found.record : this.#restorer.reunited(name, before, found.record)
    entry.isReunited = record !== found.record
    this.#keep(name, entry, compactRecord(record, localJob?.(name)))
    entry.isStale = false
    // Ends folded elsewhere need no fold here.
    recorded.forget(name, record.running)
    if (countsOtherwise(before, record, name)) onOtherTicks?.(name)
    return found.nonce
  }

  /** The record of a job known from the index, reconstructed without a read; with the exact `since` if known. */
  #asVouchedFor(name: string, since?: number): JobRecord | undefined {
    const local = this.#deps.localJob?.(name)
    const from = this.#vouched.from(name)
    return from === undefined || local === undefined ? undefined : newJob(local.spec, local.hash, since ?? from)
  }

  #isVouched(name: string): boolean {
    return this.#vouched.from(name) !== undefined
  }

  /** True if the record with this ETag was read here, or is in the index. */
  #isAsKnown(name: string, etag: string): boolean {
    const entry = this.#entries.get(name)
    if (entry !== undefined && entry.etag === etag && !entry.isStale) return true
    const vouched = this.#vouched.etagHash(name)
    return vouched !== undefined && vouched === hash53(etag)
  }

  /** A job's updates run in sequence: two updates of one process would only conflict. */
  #inTurn<T>(name: string, work: (entry: Entry) => Promise<T> | T): Promise<T> {
    const entry = this.#entry(name)
    const result = (entry.turn ?? IDLE).then(() => work(entry))
    // A finished turn is dropped unless an update waits behind it: very many jobs have an entry.
    const over = (): void => {
      if (entry.turn === turn) entry.turn = undefined
    }
    const turn: Promise<void> = result.then(over, over)
    entry.turn = turn
    return result
  }

  #entry(name: string): Entry {
    let entry = this.#entries.get(name)
    if (entry === undefined) {
      this.#names.numberOf(name)
      entry = { record: undefined, etag: undefined, isStale: true, isReunited: false, turn: undefined }
      this.#entries.set(name, entry)
    }
    return entry
  }
}
