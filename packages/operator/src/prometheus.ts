/**
 * A fleet in the text format of Prometheus, from the bucket alone: the numbers are those of the whole fleet, whichever
 * process is asked, so one target is enough.
 */
import { RUN_STATUSES } from '@s3sched/history'
import type { FleetView, HealthFinding } from './fleet-view.ts'
import { assessHealth } from './health.ts'
import type { JobState, JobView } from './job-view.ts'

type Labels = Readonly<Record<string, string>>

/** A line of a metric; a suffix stands for the parts of a summary. */
interface Sample {
  readonly value: number
  readonly labels?: Labels
  readonly suffix?: '_sum' | '_count'
}

interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'summary'
  readonly help: string
  readonly samples: readonly Sample[]
}

/** The value of the header `content-type` for the text. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The outcomes after a call of the action. */
const RAN = ['success', 'failed', 'timeout', 'cancelled'] as const
const STATES: readonly JobState[] = ['active', 'paused', 'disabled', 'removed']

/**
 * The metrics of a fleet as text. Pure.
 * @param fleet - see `readFleet`
 * @param findings - @default those of `assessHealth`
 * @example
 * response.setHeader('content-type', PROMETHEUS_TYPE)
 * response.end(toPrometheus(await readFleet(operator, () => Date.now())))
 */
export function toPrometheus(fleet: FleetView, findings: readonly HealthFinding[] = assessHealth(fleet)): string {
  const metrics = [...ofFleet(fleet, findings), ...ofJobs(fleet)].filter(({ samples }) => samples.length > 0)
  return metrics.map(textOf).join('')
}

function ofFleet({ jobs, leader, requests, workers }: FleetView, findings: readonly HealthFinding[]): Metric[] {
  const isLed = leader.state === 'held' && !leader.isSilent
  const epoch = leader.state === 'held' || leader.state === 'free' ? [{ value: leader.epoch }] : []
  const slots = leader.state === 'held' ? leader.slots : null
  const levels = ['problem', 'notice'] as const
  return [
    gauge('leader_up', 'Whether an instance leads.', [{ value: isLed ? 1 : 0 }]),
    gauge('leader_epoch', 'The epoch of the last leader.', epoch),
    gauge(
      'leader_renewed_seconds',
      'Time since the last renewal of the lease.',
      leader.state === 'held' ? [{ value: leader.renewedMs / 1000 }] : [],
    ),
    gauge(
      'leader_waiting_runs',
      'Runs of the leader that waited for a slot at the last renewal.',
      slots === null ? [] : [{ value: slots.waiting }],
    ),
    gauge('instances', 'Living instances.', [{ value: workers.length }]),
    gauge('requests_waiting', 'Requests that nobody has obeyed yet.', [{ value: requests.length }]),
    gauge(
      'findings',
      'Findings on the health of the fleet.',
      levels.map((level) => ({ value: findings.filter((each) => each.level === level).length, labels: { level } })),
    ),
    gauge(
      'jobs',
      'Jobs by state.',
      STATES.map((state) => ({ value: jobs.filter((job) => job.state === state).length, labels: { state } })),
    ),
  ]
}

function ofJobs({ jobs, now }: FleetView): Metric[] {
  const kept = jobs.filter(({ state }) => state !== 'removed')
  const each = (valueOf: (job: JobView) => number | null | undefined): Sample[] =>
    kept.flatMap((job) => {
      const value = valueOf(job)
      return value === null || value === undefined ? [] : [{ value, labels: { job: job.name } }]
    })
  return [
    {
      name: 'job_runs_total',
      type: 'counter',
      help: 'Ended runs, and ticks that did not run, by outcome.',
      samples: kept.flatMap(({ name, statistics: { counts } }) =>
        RUN_STATUSES.map((status) => ({ value: counts[status], labels: { job: name, status } })),
      ),
    },
    {
      name: 'job_duration_seconds',
      type: 'summary',
      help: 'Durations of the runs whose action was called.',
      samples: kept.flatMap(durationsOf),
    },
    gauge(
      'job_running',
      'Open runs.',
      each(({ running }) => running.length),
    ),
    gauge(
      'job_paused',
      'Whether the job is paused.',
      each(({ state }) => (state === 'paused' ? 1 : 0)),
    ),
    gauge(
      'job_failures_in_a_row',
      'Runs without success since the last success.',
      each(({ statistics: { streak } }) => (streak.outcome === 'failure' ? streak.length : 0)),
    ),
    gauge(
      'job_last_run_success',
      'Whether the last run succeeded.',
      each(({ lastRun }) => lastRun && Number(lastRun.status === 'success')),
    ),
    gauge(
      'job_last_run_timestamp_seconds',
      'The end of the last run.',
      each(({ lastRun }) => lastRun && lastRun.endedAt / 1000),
    ),
    gauge(
      'job_last_success_timestamp_seconds',
      'The scheduled time of the last run that succeeded.',
      each(({ statistics: { lastSuccess } }) => lastSuccess && lastSuccess.scheduledTime / 1000),
    ),
    gauge(
      'job_next_run_timestamp_seconds',
      'The next tick.',
      each(({ nextRun }) => nextRun && nextRun / 1000),
    ),
    gauge(
      'job_overdue_seconds',
      'The age of the first due tick that nobody has claimed; 0 without such a tick.',
      each(({ overdueSince }) => (overdueSince === null ? 0 : (now - overdueSince) / 1000)),
    ),
  ]
}

function durationsOf({ name, statistics: { averageMs = 0, counts, p50Ms, p95Ms, p99Ms } }: JobView): Sample[] {
  const labels = { job: name }
  const count = RAN.reduce((sum, status) => sum + counts[status], 0)
  const quantiles = Object.entries({ '0.5': p50Ms, '0.95': p95Ms, '0.99': p99Ms })
  return [
    ...quantiles.flatMap(([quantile, ms]) =>
      ms === undefined ? [] : [{ value: ms / 1000, labels: { ...labels, quantile } }],
    ),
    { value: (averageMs * count) / 1000, labels, suffix: '_sum' },
    { value: count, labels, suffix: '_count' },
  ]
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'gauge', help, samples }
}

function textOf({ help, name, samples, type }: Metric): string {
  const full = `s3sched_${name}`
  const lines = samples.map(({ labels, suffix = '', value }) => `${full}${suffix}${labelsText(labels)} ${value}\n`)
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`
}

function labelsText(labels: Labels | undefined): string {
  if (labels === undefined) return ''
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return `{${pairs.join(',')}}`
}

function escapeLabel(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
}
