/** Checks the reasons for lost runs and missed ticks. */
import type { SimulatedJob } from '../jobs.ts'
import { jitterOf } from './check-starts.ts'
import { claimsOf, type Claim } from './claims.ts'
import type { Evidence } from './evidence.ts'
import type { JobVersion } from './job-versions.ts'
import type { RecordedRun } from './recorded-runs.ts'

type Recorded = ReadonlyMap<string, readonly RecordedRun[]>
type Versions = ReadonlyMap<string, readonly JobVersion[]>

/** Longest time between the judge's read of the history and the verdict on a run, with a pause in between, ms. */
const ASKED_MS = 30_000
/** A start with a longer delay is late, as documented at `catchUp`, ms. */
const LATE_MS = 5000
const CATCH_UP_WINDOW_MS = 86_400_000
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

export function checkVerdicts(evidence: Evidence, versions: Versions, recorded: Recorded): string[] {
  const jobs = new Map(evidence.plan.jobs.map((job) => [job.name, job]))
  return [...versions].flatMap(([name, ofJob]) => {
    const job = jobs.get(name)
    const missed = claimsOf(ofJob).filter(({ run }) => run.verdict?.status === 'missed')
    return [
      ...wronglyLost(name, ofJob, recorded),
      ...(job === undefined ? [] : missed.flatMap((claim) => wronglyMissed(job, claim, recorded, evidence))),
    ]
  })
}

function wronglyLost(job: string, versions: readonly JobVersion[], recorded: Recorded): string[] {
  const judged = new Set<string>()
  return versions.flatMap(({ at, client, isDeleted, order, running }) => {
    if (isDeleted) return []
    return running.flatMap(({ runId, verdict }) => {
      if (verdict?.status !== 'lost' || judged.has(runId)) return []
      judged.add(runId)
      const isKnown = (record: RecordedRun): boolean =>
        record.status !== 'lost' && record.order < order && record.at < at - ASKED_MS
      const known = recorded.get(runId)?.find(isKnown)
      if (known === undefined) return []
      const when = `at ${Math.round(at)} ms by ${client}`
      return [
        `lost: run ${runId} of ${job} was declared lost ${when}, and the history had ${known.status} since ${Math.round(known.at)} ms`,
      ]
    })
  })
}

function wronglyMissed(
  job: SimulatedJob,
  { after, before, run }: Claim,
  recorded: Recorded,
  evidence: Evidence,
): string[] {
  const { calls, plan } = evidence
  const { verdict } = run
  const { periodMs } = before ?? after
  if (verdict === null || periodMs === undefined) return []
  const { count, decidedAt, from, to } = verdict
  const ticks = `the ticks of ${job.name} from ${from} to ${to} (${count}) were declared missed at ${Math.round(after.at)} ms by ${after.client}`
  const lateMs = (tick: number): number => decidedAt - tick - jitterOf(job.name, tick, job.jitterMs)
  if (lateMs(from) <= LATE_MS) return [`missed: ${ticks}, ${lateMs(from)} ms after the first was due`]
  const isTooOld = to < decidedAt - CATCH_UP_WINDOW_MS
  const isPastSaving = {
    all: isTooOld,
    latest: isTooOld || to + periodMs <= decidedAt + 1,
    none: lateMs(to) > LATE_MS,
  }[job.catchUp]
  if (!isPastSaving) return [`missed: ${ticks}, and catchUp is ${job.catchUp}`]
  // The real time at which the deciding process's clock showed the instant of the last tick.
  const dueAt = after.at - (decidedAt - to)
  const isHeld = calls.some(
    (call) => call.job === job.name && call.startedAt < after.at && (call.endedAt ?? Infinity) > dueAt - LATE_MS,
  )
  // A run between two attempts holds the job as well.
  const isOpen = before?.running.some(
    ({ runId, verdict: of }) => of === null && !hasEndedBy(recorded.get(runId), dueAt),
  )
  // Slow heartbeats make the takeover longer.
  const peaceMs =
    PEACE_MS * Math.max(...plan.machines.map(({ heartbeatMs = plan.heartbeatMs }) => heartbeatMs / plan.heartbeatMs))
  // Between two passes, no process is there.
  const isAlone = plan.machines.every(({ dueEveryMs }) => dueEveryMs !== undefined)
  const isLeftToLate = !isServed(job.name, evidence, after.order)
  return isAlone || isLeftToLate || dueAt < plan.troubleMs + peaceMs || isHeld || isOpen === true
    ? []
    : [`missed: ${ticks}, and somebody could have run them`]
}

/**
 * Tells if some process with the job's action and a good clock was to run the job's ticks at a decision: the leader,
 * the named standbys beside a leader whose clock is behind, or every process where the leader lacks the action. By a
 * clock that is behind, the ticks are not due yet.
 */
function isServed(job: string, { changes, plan, processes, storeTime, wallTimes }: Evidence, order: number): boolean {
  const onTime = processes.filter(({ name, scheduler }) => {
    const machine = Number(/^m(\d+)/.exec(name)?.[1])
    const isPass = plan.machines[machine]?.dueEveryMs !== undefined
    const lateMs = storeTime - (wallTimes[machine] ?? storeTime)
    return !isPass && lateMs <= LATE_MS && job in scheduler.listJobs()
  })
  const leases = new Map<string, Lease>()
  for (const { client, fields, key } of changes.slice(0, order)) {
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
