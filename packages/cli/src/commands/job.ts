import { summarizeLags, type LagSummary, type RunRecord } from '@s3sched/history'
import { type Backfill, boundsText, failuresText, type JobView, type RunningView } from '@s3sched/operator'
import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import type { Invocation } from '../invocation.ts'
import { LeftOut } from '../left-out.ts'
import { factLines, type Fact } from '../output/facts.ts'
import { percent, stateText } from '../output/job-columns.ts'
import { plainText } from '../output/plain-text.ts'
import { runColumns } from '../output/run-columns.ts'
import { scheduleText } from '../output/schedule-text.ts'
import { formatDuration, formatInstant } from '../output/times.ts'
import { subjectOf } from '../subject.ts'

const RECENT = 10
/** Number of runs read for the figures on late starts; see ADR 91. */
const READ = 50

/** One job with all details. */
export const jobCommand: Command = {
  name: 'job',
  summary: 'one job: definition, statistics, what runs, the last runs',
  subject: { label: 'NAME', required: true },
  usesStore: true,
  async run(invocation) {
    const operator = invocation.operator()
    const { signal } = invocation.io
    const job = await invocation.wait('Reading the job', operator.job(subjectOf(invocation), signal))
    const leftOut = new LeftOut(invocation)
    const { problems, runs: read } = await invocation.wait(
      'Reading its last runs',
      operator.history.list({ job: job.name, limit: READ, signal }),
    )
    problems?.forEach(leftOut.add)
    await leftOut.tell()
    const [lag, runs] = [summarizeLags(read), read.slice(0, RECENT)]
    if (invocation.json) await invocation.printJson({ store: operator.description, job, lag: lag ?? null, runs })
    else await invocation.print(jobText(invocation, job, lag, runs))
    return EXIT.ok
  },
}

function jobText(
  invocation: Invocation,
  job: JobView,
  lag: LagSummary | undefined,
  runs: readonly RunRecord[],
): string {
  const { styles } = invocation
  const facts: Fact[] = [
    ['Schedule', scheduleText(job.spec)],
    ['State', stateLine(invocation, job)],
    job.spec.description === '' ? undefined : ['About', job.spec.description],
    ['Next run', nextLine(invocation, job)],
    job.runsLeft === null ? undefined : ['Runs left', String(job.runsLeft)],
    job.backfill === null ? undefined : ['Backfill', backfillLine(invocation, job.backfill)],
    ['Last run', lastLine(invocation, job)],
    ['Runs', runsLine(job)],
    ['Took', tookLine(job)],
    lag === undefined ? undefined : ['Late', lateLine(lag)],
    ['Rules', rulesLine(job)],
    job.overridden.length === 0 ? undefined : ['Overridden', `${job.overridden.join(', ')} (changed by an operator)`],
  ]
  const lines = [styles.bold(plainText(job.name)), '', ...factLines(invocation, facts)]
  for (const run of job.running) lines.push('', plainText(runningLine(invocation, run)))
  if (runs.length > 0) lines.push('', invocation.table(runs, runColumns(invocation, false)).trimEnd())
  return lines.join('\n')
}

function stateLine(invocation: Invocation, job: JobView): string {
  if (job.scheduleProblem !== null) return `its schedule can't be read: ${job.scheduleProblem}`
  if (job.orphanedSince !== null) return 'orphaned: no instance defines it any more'
  const { pausedFor } = job
  if (pausedFor !== null) {
    const when = invocation.when(pausedFor.at)
    return `paused ${when} after ${failuresText(pausedFor)}; s3sched resume lets it run again`
  }
  if (job.state === 'paused') return 'paused by an operator; s3sched resume lets it run again'
  if (job.state === 'disabled') return 'disabled by its definition; s3sched resume enables it'
  if (job.state === 'removed') return 'removed: no code defines it any more'
  return stateText(job)
}

function nextLine(invocation: Invocation, { nextRun, overdueSince }: JobView): string {
  if (overdueSince !== null) return `overdue since ${invocation.when(overdueSince)}`
  return nextRun === null ? 'never, as it stands' : invocation.when(nextRun)
}

function backfillLine(invocation: Invocation, { after, claimed, from, overlap, to }: Backfill): string {
  const range = `${formatInstant(from, invocation.zone)} to ${formatInstant(to, invocation.zone)}`
  const so = after < from ? 'not begun' : `${claimed} begun, up to ${formatInstant(after, invocation.zone)}`
  return `${range}, ${overlap === 'queue' ? 'in order' : 'at once'}: ${so}`
}

function lastLine(invocation: Invocation, { lastRun }: JobView): string {
  if (lastRun === null) return 'never'
  const why = lastRun.error === null ? '' : `: ${lastRun.error}`
  return `${lastRun.status} ${invocation.when(lastRun.endedAt)}, took ${formatDuration(lastRun.durationMs)}${why}`
}

function runsLine({ running, statistics: { counts, runs, successRate } }: JobView): string {
  const { missed, skipped, ...ended } = counts
  const all = runs + running.length
  const rate = successRate === undefined ? '' : `, ${percent(successRate)} of what ran succeeded`
  const without = countsText({ missed, skipped })
  return `${all}${all === 0 ? '' : ` (${countsText({ ...ended, running: running.length })})`}${rate}${without === '' ? '' : `; ticks without a run: ${without}`}`
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0)
  return parts.map(([status, count]) => `${count} ${status}`).join(', ')
}

function tookLine({ statistics: { longestMs, p50Ms, p95Ms } }: JobView): string {
  if (p50Ms === undefined || p95Ms === undefined || longestMs === undefined) return '-'
  return `half within ${formatDuration(p50Ms)}, 95% within ${formatDuration(p95Ms)}, longest ${formatDuration(longestMs)}`
}

/** The delay from the tick to the start. */
function lateLine({ count, longestMs, p50Ms, p95Ms }: LagSummary): string {
  const of = count === 1 ? 'of the last scheduled run' : `of the last ${count} scheduled runs`
  return `half within ${formatDuration(p50Ms)}, 95% within ${formatDuration(p95Ms)}, longest ${formatDuration(longestMs)}, ${of}`
}

function rulesLine({ spec }: JobView): string {
  const { catchUp, onLost, overlap, retries, timeout } = spec
  const within = timeout === 0 ? 'no timeout' : `timeout ${formatDuration(timeout)}`
  const bounds = boundsText(spec, { duration: formatDuration })
  return `${within}, ${retries === 1 ? '1 retry' : `${retries} retries`}, overlap ${overlap}, catch-up ${catchUp}, lost runs: ${onLost}${bounds === '' ? '' : `, ${bounds}`}`
}

function runningLine(invocation: Invocation, run: RunningView): string {
  const by = run.epoch === null ? run.workerId : `${run.workerId} (epoch ${run.epoch})`
  const since = `claimed ${invocation.when(run.claimedAt)} by ${by}`
  const { retryAfter } = run
  if (retryAfter === null) return `Running: ${run.runId}, ${since}`
  const { attempt, error, notBefore } = retryAfter
  return `Waiting to try again: ${run.runId}, ${since}; attempt ${attempt} failed (${error}), the next is ${invocation.distance(notBefore)}`
}
