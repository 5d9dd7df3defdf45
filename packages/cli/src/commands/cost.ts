import { estimateCost, itemizeCost, type CostedJob, type CostEstimate, type CostOptions } from '@s3sched/operator'
import type { JobView, LeaderView } from '@s3sched/operator'
import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { parseCount } from '../input/count.ts'
import { parseDuration } from '../input/instant.ts'
import { UsageError } from '../ending.ts'
import type { Invocation } from '../invocation.ts'
import { tellNothingFound } from '../nothing-found.ts'
import { counted } from '../output/counted.ts'
import { scheduleText } from '../output/schedule-text.ts'
import type { Column } from '../output/table.ts'

interface CostCommandOptions {
  readonly instances?: string
  readonly recordWithin?: string
  readonly spread?: string
  readonly putPrice?: string
  readonly getPrice?: string
}

interface Line {
  readonly name: string
  readonly schedule: string
  readonly estimate: CostEstimate
}

/** A lease holds for three heartbeats. */
const HEARTBEATS_PER_TTL = 3
const MINUTES_PER_HOUR = 60
const NOTHING: CostEstimate = { runs: 0, put: 0, get: 0, list: 0, dollars: 0 }

/** The cost of a month of requests, by the schedules in force. */
export const costCommand: Command<CostCommandOptions> = {
  name: 'cost',
  summary: 'what 30 days of requests cost, by the schedules in force',
  details:
    "At S3's list prices unless told otherwise: $5 for a million PUT and LIST, $0.40 for a million GET. Storage, traffic\n" +
    'and runs that are started by hand or by other jobs are not in it. Jobs that start together share their writes, and\n' +
    'each line has the share of its job. The rest is the archive of old runs and the looks of standbys. Below the total\n' +
    'stands what views add to it.',
  usesStore: true,
  options: [
    { flags: '--instances <count>', description: 'as if so many instances ran (default: those that are there)' },
    { flags: '--record-within <duration>', description: "the application's recordWithin (default: 2s)" },
    {
      flags: '--spread <duration>',
      description: 'as if the ends of jobs that start together were spread over this time (default: 0s)',
    },
    { flags: '--put-price <dollars>', description: 'for a million PUT or LIST requests (default: 5)' },
    { flags: '--get-price <dollars>', description: 'for a million GET requests (default: 0.4)' },
  ],
  async run(invocation, options) {
    const operator = invocation.operator()
    const [found, leader, workers] = await invocation.wait(
      'Reading the bucket',
      Promise.all([operator.jobs(invocation.io.signal), operator.leader(), operator.workers()]),
    )
    const terms: CostOptions = {
      instances: parseCount('--instances', options.instances, { fallback: Math.max(1, workers.length), most: 10_000 }),
      heartbeatInterval: heartbeatOf(leader),
      shards: leader.state === 'held' ? (leader.shards?.length ?? 1) : 1,
      ...timeOf('recordWithin', '--record-within', options.recordWithin),
      ...timeOf('durationSpread', '--spread', options.spread),
      ...priceOf('putPrice', '--put-price', options.putPrice),
      ...priceOf('getPrice', '--get-price', options.getPrice),
    }
    const isEmpty = leader.state === 'missing' && found.jobs.length === 0 && found.unreadable.length === 0
    if (isEmpty && (await tellNothingFound(invocation, { days: 30 }))) return EXIT.finding
    const jobs = found.jobs.filter((job) => job.state === 'active' && job.scheduleProblem === null)
    const costed = jobs.map((job) => costedJob(job))
    const schedules = costed.flatMap((job) => job ?? [])
    const { idle, jobs: shares, rest, total } = itemizeCost({ ...terms, schedules })
    const lines = costLines(jobs, costed, shares)
    const dashboard = minus(estimateCost({ ...terms, schedules, dashboards: 1 }), total)
    const status = minus(estimateCost({ ...terms, schedules, statusesPerHour: MINUTES_PER_HOUR }), total)
    if (invocation.json) {
      const parts = { idle, jobs: lines, rest, total, views: { dashboard, status } }
      await invocation.printJson({ store: operator.description, days: 30, terms, ...parts })
    } else {
      const rows = [
        { name: 'the fleet, idle', schedule: counted(terms.instances ?? 1, 'instance'), estimate: idle },
        ...lines,
        { name: 'the rest', schedule: '', estimate: rest },
        { name: 'total', schedule: '', estimate: total },
        { name: '+ a dashboard', schedule: 'always open', estimate: dashboard },
        { name: '+ s3sched status', schedule: 'every minute', estimate: status },
      ]
      await invocation.print(invocation.table(rows, costColumns(invocation)))
    }
    return EXIT.ok
  },
}

function heartbeatOf(leader: LeaderView): number {
  return leader.state === 'held' ? Math.max(500, Math.round(leader.ttlMs / HEARTBEATS_PER_TTL)) : 30_000
}

function timeOf(
  name: 'recordWithin' | 'durationSpread',
  option: string,
  text: string | undefined,
): Partial<CostOptions> {
  return text === undefined ? {} : { [name]: parseDuration(option, text) }
}

function priceOf(name: 'putPrice' | 'getPrice', option: string, text: string | undefined): Partial<CostOptions> {
  if (text === undefined) return {}
  const price = Number(text)
  if (text.trim() === '' || !(price >= 0))
    throw new UsageError(`expected ${option} to be a number of dollars, got '${text}'`)
  return { [name]: price }
}

/** `undefined` for a job without ticks, and for a job with one tick. */
function costedJob({ name, spec, statistics }: JobView): CostedJob | undefined {
  const { group, groupFleetLimit, jitterMs, schedule, timezone } = spec
  if (schedule === null || (typeof schedule === 'object' && 'at' in schedule)) return undefined
  const { averageMs: durationMs = 0, successRate = 1 } = statistics
  const bounded = group === null || groupFleetLimit === 0 ? {} : { group, groupLimit: { fleet: groupFleetLimit } }
  return { name, schedule, timezone, jitterMs, durationMs, failureRate: 1 - successRate, ...bounded }
}

/** Each job's share of the writes. */
function costLines(
  jobs: readonly JobView[],
  costed: readonly (CostedJob | undefined)[],
  shares: readonly CostEstimate[],
): Line[] {
  let next = 0
  return jobs.map((job, index) => {
    const estimate = (costed[index] === undefined ? undefined : shares[next++]) ?? NOTHING
    return { name: job.name, schedule: scheduleText(job.spec), estimate }
  })
}

function minus(a: CostEstimate, b: CostEstimate): CostEstimate {
  const dollars = Math.round((a.dollars - b.dollars) * 1e4) / 1e4
  return { runs: a.runs - b.runs, put: a.put - b.put, get: a.get - b.get, list: a.list - b.list, dollars }
}

function costColumns({ styles }: Invocation): Column<Line>[] {
  return [
    { title: 'JOB', text: ({ name }) => name, style: styles.bold, isName: true },
    { title: 'SCHEDULE', text: ({ schedule }) => schedule, shrinks: true, leaves: 3 },
    count('RUNS', ({ runs }) => runs),
    count('PUT', ({ put }) => put, 2),
    count('GET', ({ get }) => get, 1),
    count('LIST', ({ list }) => list, 0),
    { title: 'US$ A MONTH', text: ({ estimate }) => estimate.dollars.toFixed(2), align: 'right' },
  ]
}

function count(title: string, of: (estimate: CostEstimate) => number, leaves?: number): Column<Line> {
  return {
    title,
    text: ({ estimate }) => of(estimate).toLocaleString('en-US'),
    align: 'right',
    ...(leaves === undefined ? {} : { leaves }),
  }
}
