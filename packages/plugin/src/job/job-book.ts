/**
 * What this instance knows of every job: its definition in the code, and the last record that it read or wrote.
 *
 * A record is only ever changed through {@link JobBook.update}: compare-and-swap on the ETag last seen, one write at a
 * time per job within this process. The book never decides anything on a record it could not write: a conflict means
 * that somebody else changed the record, so it is read again and the change is decided again on what it now says.
 */
import type { Clock, Logger, Random } from '@s3sched/kernel'
import { takeReading, type Reading } from '@s3sched/lock'
import { readDocument, writeDocument, type Fields, type ObjectStore } from '@s3sched/store'
import type { ClockWatch } from '../clock-watch.ts'
import { SchedulerError } from '../scheduler-error.ts'
import type { RunRecorder } from '../run/run-recorder.ts'
import type { ServerClock } from '../server-clock.ts'
import { compactRecord } from './compact-record.ts'
import { newJob, restoreJob, settle } from './job-changes.ts'
import { isJobName } from './job-name.ts'
import { NameTable } from './name-table.ts'
import { parseJobRecord, type ParsedJobRecord } from './job-record-format.ts'
import { effectiveSpec, lowerBound, type JobRecord } from './job-record.ts'
import { isPlain, type Vouch, type VouchedRecord } from './job-roll.ts'
import type { LocalJob } from './local-job.ts'
import { countsOtherwise, rememberPeriod } from './past-periods.ts'
import { hash53 } from './roll-text.ts'
import { VouchedRecords } from './vouched-records.ts'

/** One body that was sent. */
interface Try {
  readonly record: JobRecord
  readonly sentAt: Reading
}

/** What a change makes of a record: another record, or a reason not to write. */
export type RecordChange<Stop> = { readonly write: JobRecord } | { readonly stop: Stop }

export type UpdateResult<Stop> =
  /** `sentAt`: just before what landed was sent. */
  | { readonly outcome: 'written'; readonly record: JobRecord; readonly sentAt: Reading }
  | { readonly outcome: 'stopped'; readonly stop: Stop; readonly record: JobRecord | undefined }

interface Entry {
  record: JobRecord | undefined
  /** Of `record`; `undefined` when the bucket has no object, as far as known. */
  etag: string | undefined
  /** Somebody else wrote since, or it was never read: read before the next decision. */
  isStale: boolean
  /** The tail of this job's queue of updates; `undefined` while there is none. */
  turn: Promise<void> | undefined
}

export interface JobBookDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly serverClock: ServerClock
  readonly recorder: RunRecorder
  /** Shared with whoever else keeps something for each job. @default one of its own */
  readonly names?: NameTable
  /** How long before its instant a tick may have been claimed by others, in ms. */
  readonly claimAheadMs: number
  /** Whether this process leads the job: nobody else claims a tick of it ahead. @default nothing */
  readonly leads?: (name: string) => boolean
  /** Asked before a write that says since when ticks count. */
  readonly clockWatch: Pick<ClockWatch, 'requireGood'>
  /** The code's definition, where this process has one. */
  readonly localJob?: (name: string) => LocalJob | undefined
  /**
   * Called when a record that was read says that other ticks count than was known. Whoever read it, for a claim or to note a failed
   * attempt, knows it from then on, and no list shows it as changed any more. Must not throw.
   */
  readonly onOtherTicks?: (name: string) => void
}

const IDLE = Promise.resolve()
const PREFIX = 'jobs/'
const SUFFIX = '.json'
/** Between two tries of one update that met somebody else's write, at most, in ms. */
const CONFLICT_PAUSE_MS = 50
/** What the clocks of two machines that are right may be apart, in ms. */
const RESTORE_MARGIN_MS = 5000

export class JobBook {
  readonly #deps: JobBookDeps
  readonly #names: NameTable
  /** Of jobs that are not vouched for, and of those whose record is being read. */
  readonly #entries = new Map<string, Entry>()
  readonly #vouched: VouchedRecords
  /** The jobs whose record says that they come after others. */
  readonly #chained = new Set<string>()

  constructor(deps: JobBookDeps) {
    this.#deps = deps
    this.#names = deps.names ?? new NameTable()
    this.#vouched = new VouchedRecords(this.#names)
  }

  /** The names of all jobs that the bucket is known to have a record of, removed ones included. */
  names(): string[] {
    const there: string[] = []
    for (const name of this.#names.names()) {
      const entry = this.#entries.get(name)
      const isThere = entry === undefined ? this.#isVouched(name) : entry.record !== undefined || entry.isStale
      if (isThere) there.push(name)
    }
    return there
  }

  /** How many jobs are known of, about. */
  get size(): number {
    return this.#names.size
  }

  /** The last record known, with what this process has recorded since folded in. No request. */
  peek(name: string): JobRecord | undefined {
    const record = this.#entries.get(name)?.record
    return record === undefined ? undefined : settle(record, this.#deps.recorder.recorded(name))
  }

  /** The jobs that come after others, as far as known: few among many. */
  get chained(): ReadonlySet<string> {
    return this.#chained
  }

  /** The version of the record that was last read or written here; `undefined` when that is known not to be the one in the bucket. */
  versionOf(name: string): string | undefined {
    const entry = this.#entries.get(name)
    return entry === undefined || entry.isStale ? undefined : entry.etag
  }

  isStale(name: string): boolean {
    return this.#entries.get(name)?.isStale ?? true
  }

  /** Somebody else may have changed the record: it is read again before anything is decided on it. */
  invalidate(name: string): void {
    const entry = this.#isVouched(name) ? this.#entries.get(name) : this.#entry(name)
    if (entry !== undefined) entry.isStale = true
    this.#vouched.doubt(name)
  }

  /** The code says something else of the job now: that the roll vouched for the old definition means nothing any more. */
  doubt(name: string): void {
    if (!this.#isVouched(name)) return
    this.#entry(name)
    this.#vouched.delete(name)
  }

  /**
   * From when on the ticks of a job count whose record was not read, since the roll vouches for it: it was as the code defines it
   * when this instance started. Epoch ms; `undefined` for every other job.
   */
  vouchedFrom(name: string): number | undefined {
    return this.#vouched.from(name)
  }

  /** The record of a job, when it is known to be as the code defines it, and as far as known is still the one in the bucket. */
  vouched(name: string): VouchedRecord | undefined {
    const from = this.#vouched.from(name)
    if (from !== undefined) {
      const etagHash = this.#vouched.etagHash(name)
      return etagHash === undefined ? undefined : { etagHash, from }
    }
    const { etag, isStale = true } = this.#entries.get(name) ?? {}
    const local = this.#deps.localJob?.(name)
    // What this process has recorded is in the history, where whoever claims next finds it.
    const record = etag === undefined || isStale ? undefined : this.peek(name)
    if (etag === undefined || record === undefined || local === undefined || !isPlain(record, local)) return undefined
    return { etagHash: hash53(etag), from: lowerBound(record) }
  }

  /**
   * The record as it is in the bucket, as far as known: 1 GET when it is not known or is known to have changed, and 1 PUT when
   * somebody deleted it.
   * @returns `undefined` when there is none
   */
  async load(name: string, signal?: AbortSignal): Promise<JobRecord | undefined> {
    if (this.isStale(name)) {
      await this.#inTurn(name, async (entry) => {
        if (entry.isStale) await this.#read(name, entry, signal)
      })
    }
    // At once, so that others find it again, and not only with the next claim, which may be due in a year.
    if (this.#isUnwritten(name))
      await this.update(
        name,
        (record) => (record !== undefined && this.#isUnwritten(name) ? { write: record } : { stop: 'written' }),
        signal,
      )
    return this.peek(name)
  }

  /** Whether somebody deleted the record of a job that this process defines: what was last known of it is to be written again. */
  #isUnwritten(name: string): boolean {
    const { etag, isStale, record } = this.#entries.get(name) ?? {}
    return record !== undefined && isStale === false && etag === undefined && this.#deps.localJob?.(name) !== undefined
  }

  /**
   * Looks which records changed since they were last read: 1 LIST per 1,000 jobs. Reads none of them.
   * @param vouch - tells of which records nothing needs to be read
   * @returns those that changed, and those of which nothing is known
   */
  async list(signal?: AbortSignal, vouch?: Vouch): Promise<{ readonly changed: ChangedRecord[] }> {
    const { localJob, store } = this.#deps
    const changed: ChangedRecord[] = []
    for await (const { objects } of store.list(PREFIX, { signal })) {
      for (const { etag, key, lastModified } of objects) {
        if (!key.endsWith(SUFFIX)) continue
        const listed = key.slice(PREFIX.length, -SUFFIX.length)
        // A string that was cut out of another keeps all of it in memory.
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
   * Changes a record by compare-and-swap: 1 PUT when nobody else wrote. `change` is called again, on fresh state, after
   * each conflict; it must be pure. It sees `undefined` when there is no record, and beside the record, into which what this
   * process has recorded is folded, the one that is `stored`.
   * @throws the store's error when it can't be reached, or `signal.reason`; then the change may or may not have landed
   */
  update<Stop>(
    name: string,
    change: (record: JobRecord | undefined, stored: JobRecord | undefined) => RecordChange<Stop>,
    signal?: AbortSignal,
  ): Promise<UpdateResult<Stop>> {
    return this.#inTurn(name, async (entry): Promise<UpdateResult<Stop>> => {
      const { clock, clockWatch, random, recorder, serverClock, store } = this.#deps
      const tried = new Map<string, Try>()
      for (;;) {
        signal?.throwIfAborted()
        const nonce = entry.isStale ? await this.#read(name, entry, signal) : undefined
        const landed = nonce === undefined ? undefined : tried.get(nonce)
        if (landed !== undefined) return this.#written(name, entry, landed)
        const known = entry.record === undefined ? undefined : settle(entry.record, recorder.recorded(name))
        const changed = change(known, entry.record)
        if ('stop' in changed) return { outcome: 'stopped', stop: changed.stop, record: known }
        if (changed.write.since !== known?.since) await clockWatch.requireGood()
        const attempt = random.id()
        const write = rememberPeriod(known, changed.write, serverClock.sharedNow(), name)
        const sentAt = takeReading(clock)
        tried.set(attempt, { record: write, sentAt })
        const condition = entry.etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: entry.etag }
        const put = await writeDocument(store, keyOf(name), { ...write }, attempt, { condition, signal })
        if (put.outcome === 'written') {
          entry.etag = put.etag
          return this.#written(name, entry, { record: write, sentAt })
        }
        // After a conflict and after an unknown answer alike, the bucket decides: it is read, and if it holds one of
        // the bodies tried here, that try landed after all.
        entry.isStale = true
        await clock.sleep(random.float() * CONFLICT_PAUSE_MS, signal)
      }
    })
  }

  #written<Stop>(name: string, entry: Entry, { record, sentAt }: Try): UpdateResult<Stop> {
    this.#keep(name, entry, record)
    entry.isStale = false
    this.#deps.recorder.forget(name, record.running)
    return { outcome: 'written', record, sentAt }
  }

  #keep(name: string, entry: Entry, record: JobRecord): void {
    entry.record = record
    this.#vouched.delete(name)
    if (effectiveSpec(record).after.length > 0) this.#chained.add(name)
    else this.#chained.delete(name)
  }

  /** @returns the nonce that the object holds, where there is a readable one */
  async #read(name: string, entry: Entry, signal: AbortSignal | undefined): Promise<string | undefined> {
    const { logger, recorder, store } = this.#deps
    const read = await readDocument(store, keyOf(name), { signal })
    if (read.outcome === 'missing' || read.outcome === 'unchanged') {
      // Somebody deleted it. What this process last knew of it is written again by `load`, or with the next change.
      const last = entry.record ?? this.#asVouchedFor(name)
      if (last !== undefined && (entry.etag !== undefined || entry.record === undefined)) {
        logger.error(`the record of job '${name}' is gone: it is written again, as it was last known here`)
        this.#keep(name, entry, restoreJob(last, this.#claimedUpTo(name)))
      }
      this.#vouched.doubt(name)
      entry.etag = undefined
      entry.isStale = false
      return undefined
    }
    const parsed = read.outcome === 'found' ? parseNamed(name, read.fields) : read
    // What this process last knew may be older than what can't be read: to write it would start ticks a second time.
    if (parsed.outcome !== 'found') throw unreadable(name, parsed.problem)
    entry.etag = read.etag
    // What the roll vouches for is planned from no later than its ticks count.
    const before = entry.record ?? this.#asVouchedFor(name, parsed.record.since)
    this.#keep(name, entry, compactRecord(parsed.record, this.#deps.localJob?.(name)))
    entry.isStale = false
    // A run that somebody else folded is none that this process has to fold.
    recorder.forget(name, parsed.record.running)
    if (countsOtherwise(before, parsed.record, name)) this.#deps.onOtherTicks?.(name)
    return read.outcome === 'found' ? read.nonce : undefined
  }

  /** Up to where ticks of the job may have been claimed by others, epoch ms. */
  #claimedUpTo(name: string): number {
    const { claimAheadMs, leads, serverClock } = this.#deps
    const now = serverClock.sharedNow()
    if (leads?.(name) === true) return now
    return Math.ceil(serverClock.upperBound() ?? now) + claimAheadMs + RESTORE_MARGIN_MS
  }

  /** The record that the roll vouched for, as far as known without having read it; `since` when that is known. */
  #asVouchedFor(name: string, since?: number): JobRecord | undefined {
    const local = this.#deps.localJob?.(name)
    const from = this.#vouched.from(name)
    return from === undefined || local === undefined ? undefined : newJob(local.spec, local.hash, since ?? from)
  }

  #isVouched(name: string): boolean {
    return this.#vouched.from(name) !== undefined
  }

  /** Whether the record with this ETag is the one that was read, or that the roll vouches for. */
  #isAsKnown(name: string, etag: string): boolean {
    const entry = this.#entries.get(name)
    if (entry !== undefined && entry.etag === etag && !entry.isStale) return true
    const vouched = this.#vouched.etagHash(name)
    return vouched !== undefined && vouched === hash53(etag)
  }

  /** One update of a job at a time: two of this process would only be each other's conflicts. */
  #inTurn<T>(name: string, work: (entry: Entry) => Promise<T> | T): Promise<T> {
    const entry = this.#entry(name)
    const result = (entry.turn ?? IDLE).then(() => work(entry))
    // Nothing of it is kept when it is over, and nobody waits: there is one entry per job.
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
      entry = { record: undefined, etag: undefined, isStale: true, turn: undefined }
      this.#entries.set(name, entry)
    }
    return entry
  }
}

/** A record that is not what this instance last saw. */
export interface ChangedRecord {
  readonly name: string
  readonly etag: string
  /** By the server's clock, epoch ms. */
  readonly lastModified: number
}

function parseNamed(name: string, fields: Fields): ParsedJobRecord {
  // Its runs would have no place in the history.
  if (!isJobName(name)) return { outcome: 'unreadable', problem: 'no job can have that name' }
  return parseJobRecord(fields)
}

function keyOf(name: string): string {
  return `${PREFIX}${name}${SUFFIX}`
}

function unreadable(name: string, problem: string): SchedulerError {
  return new SchedulerError(`the record of job '${name}' is unreadable: ${problem}`, {
    code: 'STORE',
    retriable: true,
    suggestion: `Unless it passes, look at ${keyOf(name)} in the bucket; when it is deleted, instances that know the job write it again`,
    context: { jobName: name },
  })
}
