import type { Executor } from '@s3sched/executor'
import {
  effectiveSpec,
  jobNotFound,
  type JobRecord,
  type LocalJob,
  onBucket,
  type OwnFields,
  SchedulerError,
} from '@s3sched/jobs'
import { UnreadableRecordError } from '@s3sched/jobs/bucket'
import type { Bucket } from '../bucket.ts'
import type { JobRegistrar } from '../definitions/job-registrar.ts'
import type { Authority } from './authority.ts'
import { claimUnlessBusy } from './claim-unless-busy.ts'
import type { LeadershipView, Runs } from './create-runs.ts'
import { thrownBy } from './thrown-by.ts'

export interface ManualRunDeps {
  readonly bucket: Bucket
  readonly execution: Runs
  readonly fleet: Pick<LeadershipView, 'authorityOf'> & {
    /** True from the begin of a stop on. */
    readonly isRetired: boolean
  }
  readonly registrar: JobRegistrar
}

/** The reasons of an end that has nothing to do with the run. */
const OF_THE_INSTANCE: ReadonlySet<string> = new Set(['stopped', 'lease-lost'])

/**
 * Runs a job now, in this process, through the same claim as every other run.
 * @returns the return value of the action
 * @throws the error of the last attempt; SchedulerError `JOB_ALREADY_RUNNING` when the job runs anywhere,
 *   `RUN_NOT_STARTED` when this instance stopped, or lost the right to run the job, before the run began; `STORE` in
 *   place of it where the fleet may make up for the run
 */
export async function runManually(
  { bucket, execution, fleet, registrar }: ManualRunDeps,
  job: LocalJob,
  fields: OwnFields,
): Promise<unknown> {
  const { executor, runs, untilEndsAreWritten } = execution
  const { records } = bucket
  const { name } = job
  // Before the first start the bucket may not have the job.
  if (records.peek(name) === undefined) await onBucket(() => registrar.define(job))
  const authority = fleet.authorityOf(name)
  const isBusy = (record: JobRecord): boolean =>
    effectiveSpec(record).overlap !== 'allow' && executor.running(name).some(({ blocks }) => blocks)
  const request = {
    trigger: 'manual',
    authority,
    fields,
    refuse: (record: JobRecord) => {
      if (record.removed) return 'removed'
      if (isBusy(record)) return 'busy'
      return runs.inHand.isBlocked(record) ? 'unresolved' : undefined
    },
  } as const
  const notBegun = (why: string, cause?: unknown): SchedulerError => {
    const now = records.peek(name)
    const isMadeUpFor = now === undefined || effectiveSpec(now).onLost === 'retry'
    return isMadeUpFor ? undecided(name, why, cause) : notStarted(name, why, cause)
  }
  const claim = async () => {
    try {
      return await onBucket(() => claimUnlessBusy({ ...bucket, ...execution }, name, request))
    } catch (error) {
      const isOurEnd = authority.signal.aborted && !(error instanceof UnreadableRecordError)
      throw isOurEnd ? notBegun(whyEnded(fleet, authority), error) : error
    }
  }
  let claimed = await claim()
  const record = records.peek(name)
  if (
    claimed.outcome === 'refused' &&
    claimed.why === 'busy' &&
    record !== undefined &&
    runs.inHand.isBlocked(record)
  ) {
    // The run elsewhere may be over, and its end may wait for other writes.
    await untilEndsAreWritten(authority.signal)
    claimed = await claim()
  }
  if (claimed.outcome === 'refused') {
    if (claimed.why === 'given-up') throw notBegun('it was declared lost before the store answered')
    throw claimed.why === 'busy' ? alreadyRunning(name, executor) : jobNotFound(name)
  }
  const { run, record: claimedOn } = claimed
  const ended = await onBucket(() => runs.execute({ job, run, record: claimedOn, authority, fields }).ended)
  if (ended === undefined) throw notBegun(whyEnded(fleet, authority), authority.signal.reason)
  const { outcome } = ended
  if (outcome.status === 'success') return outcome.returned
  if (outcome.status === 'skipped') throw alreadyRunning(name, executor)
  if (outcome.status === 'cancelled' && OF_THE_INSTANCE.has(outcome.reason) && outcome.attempts.length === 0) {
    throw notBegun(whyEnded(fleet, authority), outcome.thrown)
  }
  throw thrownBy(name, outcome.thrown)
}

function whyEnded({ isRetired }: Pick<ManualRunDeps['fleet'], 'isRetired'>, { signal }: Authority): string {
  if (isRetired) return 'the scheduler stops'
  if (signal.aborted) return 'this instance leads no longer'
  return 'the store answered too late for this instance to keep the right to run it'
}

/**
 * No action was called, and none will be: a claim that is not taken back in time counts as lost, and is only recorded.
 */
function notStarted(name: string, why: string, cause?: unknown): SchedulerError {
  return new SchedulerError(`Job '${name}' was not started: ${why}`, {
    code: 'RUN_NOT_STARTED',
    retriable: true,
    suggestion: 'Call runJob again, in another instance where this one stops',
    cause,
    context: { jobName: name },
  })
}

/** No action was called here. The fleet makes up for a claim that is not taken back in time. */
function undecided(name: string, why: string, cause?: unknown): SchedulerError {
  return new SchedulerError(`Job '${name}' was not started here, and may be made up for elsewhere: ${why}`, {
    code: 'STORE',
    retriable: false,
    suggestion:
      "Look at the job's history before another runJob: with onLost 'retry' the fleet starts a lost run again",
    cause,
    context: { jobName: name },
  })
}

function alreadyRunning(name: string, executor: Pick<Executor, 'running'>): SchedulerError {
  const runs = executor.running(name).filter(({ blocks }) => blocks)
  const isHanging = runs.length > 0 && runs.every(({ abandoned }) => abandoned)
  const how = isHanging ? ': its action goes on although it was told to end' : ''
  return new SchedulerError(`Job '${name}' is already running${how}`, {
    code: 'JOB_ALREADY_RUNNING',
    retriable: true,
    ...(isHanging ? { suggestion: "With onHang: 'continue' the job does not wait for such an action" } : {}),
    context: { jobName: name },
  })
}
