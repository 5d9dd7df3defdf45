import {
  assessHealth,
  verdictOf,
  type FleetVerdict,
  type FleetView,
  type HealthFinding,
  type LeaderView,
} from '@s3sched/operator'
import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import type { Invocation } from '../invocation.ts'
import { tellNothingFound } from '../nothing-found.ts'
import { jobColumns } from '../output/job-columns.ts'
import { counted } from '../output/counted.ts'
import { plainText } from '../output/plain-text.ts'
import { termTable } from '../output/term-table.ts'
import { formatDuration } from '../output/times.ts'

/** The most instances that are named. */
const NAMED = 8

/** The leader, the instances, the state of every job, and the problems. */
export const statusCommand: Command = {
  name: 'status',
  summary: 'who leads, how every job stands, and what is wrong',
  details: 'Ends with 1 when something is wrong, or when the fleet is stopped.',
  usesStore: true,
  async run(invocation) {
    const fleet = await invocation.wait('Reading the bucket', readFleet(invocation))
    const { jobs, leader, unreadable } = fleet
    const isEmpty = leader.state === 'missing' && jobs.length === 0 && unreadable.length === 0
    if (isEmpty && (await tellNothingFound(invocation, { healthy: false }))) return EXIT.finding
    const findings = assessHealth(fleet, (instant) => invocation.at(instant))
    if (invocation.json) await invocation.printJson(statusJson(invocation, fleet, findings))
    else await invocation.print(statusText(invocation, fleet, findings))
    return verdictOf(findings) === 'healthy' ? EXIT.ok : EXIT.finding
  },
}

async function readFleet(invocation: Invocation): Promise<FleetView> {
  const operator = invocation.operator()
  const { signal } = invocation.io
  const [{ jobs, unreadable }, leader, workers, requests] = await Promise.all([
    operator.jobs(signal),
    operator.leader(),
    operator.workers(),
    operator.requests(signal),
  ])
  return {
    jobs: jobs.filter(({ state }) => state !== 'removed'),
    unreadable,
    leader,
    workers,
    requests,
    now: invocation.now(),
  }
}

function statusJson(
  invocation: Invocation,
  { jobs, leader, requests, unreadable, workers }: FleetView,
  findings: readonly HealthFinding[],
): Readonly<Record<string, unknown>> {
  const healthy = verdictOf(findings) === 'healthy'
  return { store: storeOf(invocation), found: true, healthy, findings, leader, workers, requests, jobs, unreadable }
}

function storeOf(invocation: Invocation): string {
  return invocation.operator().description
}

function statusText(invocation: Invocation, fleet: FleetView, findings: readonly HealthFinding[]): string {
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
  lines.push('', jobs.length === 0 ? 'No jobs.' : invocation.table(jobs, jobColumns(invocation)).trimEnd())
  if (findings.length > 0) lines.push('', ...findings.flatMap((finding) => findingLines(invocation, finding)))
  return lines.join('\n')
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
