/**
 * Checks every tick, from the first definition to the end, by arithmetic alone: the tick was started and is in the
 * history, or was not started and the history gives a reason. The counts of the product's own audit must agree.
 */
import type { RunRecord } from '@s3sched/history'
import type { AuditedJob } from '@s3sched/plugin'
import { JOBS, type ChaosJob } from '../jobs.ts'
import { startsIn, type Evidence, type FinalRecord } from './evidence.ts'

export interface TickTally {
  readonly expected: number
  readonly ran: number
  readonly skipped: number
  readonly missed: number
  readonly lost: number
  /** Ticks left open at the stop of the whole fleet: between two attempts, or before the first. */
  readonly open: number
}

export interface TickVerdict {
  readonly job: string
  readonly tally: TickTally
  readonly problems: readonly string[]
}

/** The last ticks may still be under way when the fleet is stopped. */
export const END_SLACK_MS = 4000

export function checkTicks(evidence: Evidence): TickVerdict[] {
  const startedRuns = new Map<string, Set<string>>()
  for (const { job, runId, tick } of startsIn(evidence)) {
    const key = `${job} ${tick}`
    startedRuns.set(key, (startedRuns.get(key) ?? new Set()).add(runId))
  }
  return JOBS.flatMap((job) =>
    job.periodMs === undefined || job.isChanged === true ? [] : [checkJob(evidence, job, job.periodMs, startedRuns)],
  )
}

function checkJob(
  { audit, bucket, startedAt, stoppedAt }: Evidence,
  { name }: ChaosJob,
  periodMs: number,
  startedRuns: ReadonlyMap<string, ReadonlySet<string>>,
): TickVerdict {
  const problems: string[] = []
  const record = bucket.jobs.get(name)
  const periods = periodsOf(record, startedAt)
  const [since, lastTick] = [periods[0]?.from ?? startedAt, record?.lastTick ?? startedAt]
  if (since < startedAt || lastTick < stoppedAt - END_SLACK_MS) {
    problems.push(
      `end: ${name} was settled from ${since} to ${lastTick}, and the run went from ${startedAt} to ${stoppedAt}`,
    )
  }
  const scheduled = bucket.runs.filter((run) => run.job === name && run.trigger === 'schedule')
  const ranges = scheduled.filter((run) => run.status === 'missed')
  const open = record?.open ?? []
  const named = new Set(open.map(({ runId }) => runId))
  const tally = { expected: 0, ran: 0, skipped: 0, missed: 0, lost: 0, open: 0 }
  for (const tick of ticksIn(periods, periodMs)) {
    tally.expected++
    const at = `${name} ${new Date(tick).toISOString()}`
    const records = scheduled.filter((run) => run.scheduledTime === tick && run.status !== 'missed')
    const isMissed = ranges.some(
      ({ scheduledTime, from = scheduledTime, to = scheduledTime }) => from <= tick && tick <= to,
    )
    const fates = new Set([...records.map(fateOf), ...(isMissed ? (['missed'] as const) : [])])
    const started = startedRuns.get(`${name} ${tick}`) ?? new Set()
    const openRuns = open.filter((run) => run.tick === tick)
    const isOpen = fates.size === 0 && openRuns.length > 0
    if (isOpen) tally.open++
    for (const { isReleased, runId } of openRuns) {
      if (!isReleased) problems.push(`accounting: ${at} was left open by run ${runId}, and not released`)
      else if (tick <= stoppedAt - END_SLACK_MS) problems.push(`accounting: ${at} is still open, as run ${runId}`)
    }
    if (isOpen) continue
    if (fates.size === 0) problems.push(`accounting: ${at} left no trace in the bucket`)
    if (fates.size > 1 && !records.some(({ runId }) => bucket.lost.has(runId)))
      problems.push(`accounting: ${at} is ${[...fates].join(' and ')}`)
    for (const runId of started) {
      if (!named.has(runId) && !records.some((run) => run.runId === runId && isStart(run))) {
        problems.push(`accounting: ${at} was started by run ${runId}, and the history does not say so`)
      }
    }
    for (const run of records) {
      if (fateOf(run) === 'ran' && !started.has(run.runId)) {
        problems.push(`accounting: ${at} is ${run.status} by run ${run.runId}, which was never started`)
      }
    }
    const fate = (['ran', 'lost', 'skipped', 'missed'] as const).find((each) => fates.has(each))
    if (fate !== undefined) tally[fate]++
  }
  const audited = audit.find(({ job }) => job === name)
  // The audit goes up to its own moment, after the stop: ticks due meanwhile are open.
  const due = Math.floor((audited?.to ?? lastTick) / periodMs) - Math.floor(lastTick / periodMs)
  const upToNow = { ...tally, expected: tally.expected + Math.max(0, due), open: tally.open + Math.max(0, due) }
  return { job: name, tally, problems: [...problems, ...compare(name, upToNow, audited)] }
}

interface Stretch {
  readonly from: number
  readonly to: number
}

/** When the ticks of the job counted, oldest first: a rest of the whole fleet begins a new stretch. */
function periodsOf(record: FinalRecord | undefined, startedAt: number): readonly Stretch[] {
  const current = { from: record?.since ?? startedAt, to: record?.lastTick ?? startedAt }
  return [...(record?.past ?? []), current]
}

/** Each tick once: a tick may be claimed ahead of the end of its stretch. */
function* ticksIn(periods: readonly Stretch[], periodMs: number): Generator<number> {
  let end = -Infinity
  for (const { from, to } of periods) {
    for (let tick = (Math.floor(Math.max(from, end) / periodMs) + 1) * periodMs; tick <= to; tick += periodMs)
      yield tick
    end = Math.max(end, to)
  }
}

type Fate = Exclude<keyof TickTally, 'expected' | 'open'>

function fateOf({ attempts, status }: RunRecord): Fate {
  if (status === 'lost' || status === 'skipped' || status === 'missed') return status
  return status === 'cancelled' && attempts.length === 0 ? 'skipped' : 'ran'
}

/** A run whose action was called counts as a run, or as lost when its process died during the action. */
function isStart(run: RunRecord): boolean {
  return fateOf(run) === 'ran' || run.status === 'lost'
}

function compare(job: string, tally: TickTally, audited: AuditedJob | undefined): string[] {
  if (audited === undefined) return [`audit: it does not know ${job}`]
  const differs = (Object.keys(tally) as (keyof TickTally)[]).filter((key) => tally[key] !== audited[key])
  return [
    ...(audited.problem === null ? [] : [`audit: ${job}: ${audited.problem}`]),
    ...differs.map((key) => `audit: ${job} has ${audited[key]} ticks ${key}, and ${tally[key]} by the journal`),
    ...(['doubled', 'unaccounted'] as const).flatMap((key) =>
      audited[key] > 0 ? [`audit: ${job} has ${audited[key]} ticks ${key}`] : [],
    ),
  ]
}
