import type { Worker } from '@s3sched/coordinator'
import type { RunHistory, RunRecord, RunsQuery } from '@s3sched/history'
import type { BackfillOptions, BackfillStart } from '@s3sched/jobs'
import type { LiveReport, RunRequest } from '@s3sched/jobs/bucket'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { HostProbe } from '@s3sched/lock'
import type { ObjectStore } from '@s3sched/store'
import type { UnreadableJob } from './fleet-view.ts'
import type { JobView } from './job-view.ts'
import type { LeaderView } from './leader-view.ts'

/** The options of an operator. */
export interface OperatorOptions {
  /** Same as the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
  /** @default the system's */
  readonly clock?: Clock
  /** @default the system's */
  readonly random?: Random
  /** @default silent */
  readonly logger?: Logger
  /** Tells which processes of this host are alive. @default the system's */
  readonly host?: HostProbe
}

/** The jobs in a bucket, and the records that can't be read. */
export interface JobList {
  /** Sorted by name, removed jobs included. */
  readonly jobs: readonly JobView[]
  readonly unreadable: readonly UnreadableJob[]
}

/** A page of job records. */
export interface PageInfo {
  /** Of the object, below the prefix. */
  readonly key: string
  readonly jobs: number
  /** Outcomes of runs that wait in the page for their move into a segment. */
  readonly outcomes: number
  /** Size of these outcomes, in characters of JSON. */
  readonly outcomeChars: number
}

/** `unchanged`: the job was in this state already. */
export type ChangeOutcome = 'changed' | 'unchanged'

/** Views of a bucket, and changes. Made by `createOperator`. */
export interface Operator extends AsyncDisposable {
  /** The place of the bucket, for people; without secrets. */
  readonly description: string
  /** The store below the prefix. */
  readonly store: ObjectStore
  readonly history: RunHistory
  /** The records that lie in pages and segments, for a reader that reads the archive by itself. Some are there, too. */
  recentRuns(query?: RunsQuery): AsyncIterable<RunRecord>
  /**
   * All jobs: 1 LIST per 1,000 pages of job records and 1 GET for each page; later 1 conditional GET for each of few
   * pages, or 1 LIST and 1 GET for each changed page.
   * @throws SchedulerError `OLD_LAYOUT`
   */
  jobs(signal?: AbortSignal): Promise<JobList>
  /** The readable pages of job records; requests as for {@link jobs}. */
  pages(signal?: AbortSignal): Promise<readonly PageInfo[]>
  /** One job, removed jobs included: 1 conditional GET. @throws SchedulerError `JOB_NOT_FOUND`, with the most similar name */
  job(name: string, signal?: AbortSignal): Promise<JobView>
  /** The leader: 1 GET, conditional after the first; with several shards, 1 LIST, and 1 GET for each shard besides. */
  leader(): Promise<LeaderView>
  /** The living instances: 1 LIST, and 1 GET for each changed object. */
  workers(): Promise<Worker[]>
  /** The waiting requests: 1 LIST, and 1 GET each. */
  requests(signal?: AbortSignal): Promise<RunRequest[]>
  /**
   * Pauses a job in the whole fleet, over restarts; runs under way go on: 2 PUT, and 1 GET of a page that is not known
   * yet. @throws SchedulerError `JOB_NOT_FOUND`
   */
  pause(name: string): Promise<ChangeOutcome>
  /** Resumes a job, even a job disabled by its definition; the job's ticks count from now. Requests as for a pause. */
  resume(name: string): Promise<ChangeOutcome>
  /**
   * Runs the job for the ticks of a time that is over, each at most once, by its leader: requests as for a pause, and 1
   * GET.
   * @throws SchedulerError `JOB_NOT_FOUND`; `INVALID_ARGUMENT`; `BACKFILL_RUNNING` while another one is under way
   */
  backfill(name: string, options: BackfillOptions): Promise<BackfillStart>
  /** Ends the backfill of a job, and asks for the end of its runs: up to 2 more PUT than a pause. */
  cancelBackfill(name: string): Promise<ChangeOutcome>
  /**
   * Asks the leader to run the job: 1 GET, conditional for a known page, and 2 PUT.
   * @param fields - more fields for the action's context; plain JSON
   * @returns the id of the future run
   */
  requestRun(name: string, fields?: Readonly<Record<string, unknown>>): Promise<string>
  /** Asks for the end of the job's claimed runs; requests as for {@link requestRun}. @returns the request's id */
  requestCancel(name: string): Promise<string>
  /**
   * Says for a minute that somebody looks on: the leader then obeys requests within a second, and the processes of the
   * named runs publish their reports. 1 GET and 2 PUT; no request where this operator has said so within half a minute.
   * @param runIds - open runs
   */
  attend(runIds?: readonly string[]): Promise<void>
  /**
   * The report of an open run, at most a second old while somebody {@link attend}s; `undefined` before its first
   * report, and after its end: 1 GET, conditional after the first.
   */
  report(runId: string, signal?: AbortSignal): Promise<LiveReport | undefined>
  /** True after a changed definition, a pause or a request since the last call: 1 conditional GET. */
  hasChanged(signal?: AbortSignal): Promise<boolean>
  /** The lead of this machine's clock over the store's, in ms: the least that the answers so far prove. */
  clockSkewMs(): number
  /** Closes the store if opened here. */
  close(): Promise<void>
}
