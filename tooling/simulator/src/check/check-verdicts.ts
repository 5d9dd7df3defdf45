/** Checks the reasons for lost runs and missed ticks. */
import type { ActionCall } from '../action-log.ts'
import type { SimulatedJob } from '../jobs.ts'
import { jitterOf } from './check-starts.ts'
import type { Evidence } from './evidence.ts'
import { nextTick, type JobVersion } from './job-versions.ts'
import { recordsOf, type RecordedRun } from './recorded-runs.ts'
import { WRITTEN_MS, writtenCalls } from './written-calls.ts'

type Recorded = ReadonlyMap<string, readonly RecordedRun[]>
type Versions = ReadonlyMap<string, readonly JobVersion[]>

/** A start with a longer delay is late, as documented at `catchUp`, ms. */
const LATE_MS = 5000
const CATCH_UP_WINDOW_MS = 86_400_000
/** A follower learns of its place at its next look at the lease, and looks at overdue ticks every five seconds, ms. */
const NAMED_MS = 8000
/** This long after the trouble, no tick waits for an absent process, ms. */
const PEACE_MS = 30_000

/** The parts of a lease's payload that tell who runs a job's ticks. */
interface LeasePayload {
  readonly standbys?: readonly string[]
  /** The jobs that the leader has no action for. */
  readonly unclaimed?: Readonly<Record<string, unknown>>
}

interface Lease extends LeasePayload {
  readonly leader: string
}

/** @param recorded - `undefined` where runs leave no record */
export function checkVerdicts(evidence: Evidence, versions: Versions, recorded: Recorded | undefined): string[] {
  const jobs = new Map(evidence.plan.jobs.map((job) => [job.name, job]))
  return [...versions].flatMap(([name, ofJob]) => {
    const job = jobs.get(name)
    // A record deleted by hand is restored from the last known copy, and names runs that have ended since.
    const wasDeleted = ofJob.some(({ isDeleted }) => isDeleted)
    const lost = wasDeleted ? [] : wronglyLost(name, ofJob, { evidence, recorded })
    if (job === undefined || recorded === undefined) return lost
    return [...lost, ...missedOf(name, ofJob, recorded).flatMap((miss) => wronglyMissed(job, miss, recorded, evidence))]
  })
}

/**
 * A run may be declared lost after its action returned, if its process died before it had written the end: an end may
 * wait for other writes of its page for as long as `recordWithin` says. In no other case.
 */
function wronglyLost(
  job: string,
  versions: readonly JobVersion[],
  { evidence, recorded }: { readonly evidence: Evidence; readonly recorded: Recorded | undefined },
): string[] {
  const written = writtenByRun(evidence)
  const judged = new Set<string>()
  return versions.flatMap(({ at, client, lost, order }) =>
    lost.flatMap((runId) => {
      if (judged.has(runId)) return []
      judged.add(runId)
      const when = `run ${runId} of ${job} was declared lost at ${Math.round(at)} ms by ${client}`
      const known = recorded?.get(runId)?.find((record) => record.status !== 'lost' && record.order <= order)
      if (known !== undefined) return [`lost: ${when}, and the history had ${known.status}`]
      const { endedAt = Infinity, process } = written.get(runId) ?? {}
      if (endedAt > at - WRITTEN_MS) return []
      return [`lost: ${when}, and its action had returned at ${Math.round(endedAt)} ms in ${process}`]
    }),
  )
}

const callsOf = new WeakMap<Evidence, ReadonlyMap<string, ActionCall>>()

/** The calls whose end must be in the bucket, by run; made once for all jobs. */
function writtenByRun(evidence: Evidence): ReadonlyMap<string, ActionCall> {
  const known = callsOf.get(evidence) ?? new Map(writtenCalls(evidence).map((call) => [call.runId, call]))
  callsOf.set(evidence, known)
  return known
}

/** Ticks declared missed, with the versions of the record before and after. */
interface Miss {
  readonly verdict: RecordedRun
  readonly before: JobVersion
  readonly after: JobVersion
}

function missedOf(job: string, versions: readonly JobVersion[], recorded: Recorded): Miss[] {
  const missed = recordsOf(recorded, job).filter(({ status }) => status === 'missed')
  return missed.flatMap((verdict) => {
    const index = versions.findIndex(({ order }) => order === verdict.order)
    const [before, after] = [versions[index - 1], versions[index]]
    return before === undefined || after === undefined || before.isDeleted ? [] : [{ verdict, before, after }]
  })
}

function wronglyMissed(
  job: SimulatedJob,
  { after, before, verdict }: Miss,
  recorded: Recorded,
  evidence: Evidence,
): string[] {
  const { calls, plan } = evidence
  if (before.periodMs === undefined) return []
  const { count, endedAt: decidedAt, from, to } = verdict
  const ticks = `the ticks of ${job.name} from ${from} to ${to} (${count}) were declared missed at ${Math.round(after.at)} ms by ${after.client}`
  const lateMs = (tick: number): number => decidedAt - tick - jitterOf(job.name, tick, job.jitterMs)
  if (lateMs(from) <= LATE_MS) return [`missed: ${ticks}, ${lateMs(from)} ms after the first was due`]
  const isTooOld = to < decidedAt - CATCH_UP_WINDOW_MS
  const isPastSaving = {
    all: isTooOld,
    latest: isTooOld || (nextTick(before, to) ?? Infinity) <= decidedAt + 1,
    none: lateMs(to) > LATE_MS,
  }[job.catchUp]
  if (!isPastSaving) return [`missed: ${ticks}, and catchUp is ${job.catchUp}`]
  // The real time at which the deciding process's clock showed the instant of the last tick.
  const dueAt = after.at - (decidedAt - to)
  const isHeld = calls.some(
    (call) => call.job === job.name && call.startedAt < after.at && (call.endedAt ?? Infinity) > dueAt - LATE_MS,
  )
  // A run between two attempts holds the job as well.
  const isOpen = before.running.some(({ runId }) => !hasEndedBy(recorded.get(runId), dueAt))
  // Slow heartbeats make the takeover longer.
  const peaceMs =
    PEACE_MS * Math.max(...plan.machines.map(({ heartbeatMs = plan.heartbeatMs }) => heartbeatMs / plan.heartbeatMs))
  // Between two passes, no process is there.
  const isAlone = plan.machines.every(({ dueEveryMs }) => dueEveryMs !== undefined)
  const isLeftToLate =
    !isServed(job.name, evidence, ({ order }) => order < after.order) ||
    !isServed(job.name, evidence, ({ at }) => at < dueAt - NAMED_MS)
  return isAlone || isLeftToLate || dueAt < plan.troubleMs + peaceMs || isHeld || isOpen
    ? []
    : [`missed: ${ticks}, and somebody could have run them`]
}

/**
 * Tells if some process with the job's action and a good clock was to run the job's ticks at a decision: the leader,
 * the named standbys beside a leader whose clock is behind, or every process where the leader lacks the action or in a
 * leaderless fleet. By a clock that is behind, the ticks are not due yet.
 */
function isServed(
  job: string,
  { changes, plan, processes, storeTime, wallTimes }: Evidence,
  isBefore: (change: { readonly at: number; readonly order: number }) => boolean,
): boolean {
  const onTime = processes.filter(({ name, scheduler }) => {
    const machine = Number(/^m(\d+)/.exec(name)?.[1])
    const isPass = plan.machines[machine]?.dueEveryMs !== undefined
    const lateMs = storeTime - (wallTimes[machine] ?? storeTime)
    return !isPass && lateMs <= LATE_MS && job in scheduler.listJobs()
  })
  if (plan.isLeaderless) return onTime.length > 0
  const leases = new Map<string, Lease>()
  for (const [order, { at, client, fields, key }] of changes.entries()) {
    if (!isBefore({ at, order })) break
    const payload = (fields?.['payload'] ?? {}) as LeasePayload
    if (/^(leader|shards\/.*)\.json$/.test(key)) leases.set(key, { ...payload, leader: client })
  }
  return [...leases.values()].every(({ leader, standbys = [], unclaimed = {} }) => {
    if (job in unclaimed) return onTime.length > 0
    return onTime.some(({ name, scheduler }) => name === leader || standbys.includes(scheduler.workerId ?? ''))
  })
}

function hasEndedBy(records: readonly RecordedRun[] | undefined, at: number): boolean {
  return records?.some((record) => record.at <= at) === true
}
