import {
  isEmptyFleet,
  verdictOf,
  type FleetVerdict,
  type FleetView,
  type HealthFinding,
  type JobView,
  type LeaderView,
} from '@s3sched/operator'
import type { Invocation } from '../invocation.ts'
import { counted } from './counted.ts'
import { jobColumns } from './job-columns.ts'
import { plainText } from './plain-text.ts'
import { termTable } from './term-table.ts'
import { formatDuration } from './times.ts'

/** The most instances that are named. */
const NAMED = 8

/** The fields of `--json`. */
export function fleetJson(
  invocation: Invocation,
  fleet: FleetView,
  findings: readonly HealthFinding[],
): Readonly<Record<string, unknown>> {
  const { jobs, leader, requests, unreadable, workers } = fleet
  const [found, healthy] = [!isEmptyFleet(fleet), verdictOf(findings) === 'healthy']
  return { store: storeOf(invocation), found, healthy, findings, leader, workers, requests, jobs, unreadable }
}

function storeOf(invocation: Invocation): string {
  return invocation.operator().description
}

/** @param rows - the lines of the text at most: further jobs and findings are counted. @default without a limit */
export function fleetText(
  invocation: Invocation,
  fleet: FleetView,
  findings: readonly HealthFinding[],
  rows: number = Infinity,
): string {
  const { styles } = invocation
  const { jobs, leader, requests, workers } = fleet
  const runs = jobs.reduce((sum, { running }) => sum + running.length, 0)
  const lines = [
    `${styles.bold(plainText(storeOf(invocation)))}  ${verdictText(invocation, verdictOf(findings))}`,
    '',
    `${styles.dim('Leader')}     ${plainText(leaderText(invocation, leader))}`,
    `${styles.dim('Instances')}  ${plainText(instancesText(workers))}`,
    `${styles.dim('Running')}    ${runningText(runs, leader)}`,
  ]
  if (requests.length > 0) lines.push(`${styles.dim('Requests')}   ${requests.length} waiting`)
  const terms = termTable(invocation, leader)
  if (terms !== undefined) lines.push('', terms)
  const told = findings.slice(0, Math.max(1, Math.floor(rows / 6)))
  const below = told.length === 0 ? [] : ['', ...told.flatMap((finding) => findingLines(invocation, finding))]
  if (told.length < findings.length) below.push(styles.dim(`and ${findings.length - told.length} more`))
  const head = lines.join('\n').split('\n').length
  lines.push('', jobsText(invocation, jobs, findings, rows - head - below.length - 1), ...below)
  return lines.join('\n')
}

/** The table of jobs, at most so many lines: jobs in trouble come first where there is no room for all. */
function jobsText(
  invocation: Invocation,
  jobs: readonly JobView[],
  findings: readonly HealthFinding[],
  rows: number,
): string {
  if (jobs.length === 0) return 'No jobs.'
  if (jobs.length + 1 <= rows) return invocation.table(jobs, jobColumns(invocation, jobs)).trimEnd()
  const troubled = new Set(findings.filter(({ level }) => level === 'problem').map(({ job }) => job))
  const rankOf = ({ name, running }: JobView): number => (troubled.has(name) ? 0 : running.length > 0 ? 1 : 2)
  const shown = jobs.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, Math.max(1, rows - 2))
  const more = invocation.styles.dim(`and ${counted(jobs.length - shown.length, 'more job')}`)
  return `${invocation.table(shown, jobColumns(invocation, jobs)).trimEnd()}\n${more}`
}

function verdictText({ styles }: Invocation, verdict: FleetVerdict): string {
  if (verdict === 'healthy') return styles.good('healthy')
  return verdict === 'stopped' ? styles.warn('stopped') : styles.bad('needs attention')
}

/** The lease tells how many runs waited for a slot at the last renewal. */
function runningText(runs: number, leader: LeaderView): string {
  if (runs === 0) return 'nothing'
  const waiting = leader.state === 'held' ? (leader.slots?.waiting ?? 0) : 0
  return waiting === 0 ? counted(runs, 'run') : `${counted(runs, 'run')}, ${waiting} of which wait for a slot`
}

function instancesText(workers: FleetView['workers']): string {
  if (workers.length === 0) return 'none'
  const names = workers.slice(0, NAMED).map(({ workerId }) => workerId)
  const more = workers.length > NAMED ? `, and ${workers.length - NAMED} more` : ''
  return `${workers.length} (${names.join(', ')}${more})`
}

/** A finding in two lines: the problem, and the advice. */
function findingLines({ styles }: Invocation, { advice, job, level, message }: HealthFinding): string[] {
  const subject = job === null ? '' : `${job}: `
  const mark = level === 'problem' ? styles.bad('✗') : styles.warn('!')
  return [`${mark} ${plainText(subject + message)}`, `  ${styles.dim(plainText(advice))}`]
}

function leaderText(invocation: Invocation, leader: LeaderView): string {
  switch (leader.state) {
    case 'missing':
      return 'nobody has ever led here'
    case 'free': {
      const until = leader.terms[0]?.until ?? null
      const since = until === null ? '' : ` since ${invocation.when(until)}`
      const how = leader.isStopped ? 'was stopped in order' : 'stepped down'
      return `nobody${since}; the last one, of epoch ${leader.epoch}, ${how}`
    }
    case 'unreadable':
      return `unreadable: ${leader.problem}`
    case 'held': {
      const since = leader.since === null ? '' : `, since ${invocation.when(leader.since)}`
      const proof = leader.isGone ? 'its process is gone' : `silent for ${formatDuration(leader.renewedMs)}`
      const silent = leader.isSilent ? `, dead: ${proof}` : ''
      return `${leader.workerId}, epoch ${leader.epoch}${since}${silent}`
    }
  }
}
