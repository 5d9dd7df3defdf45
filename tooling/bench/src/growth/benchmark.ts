import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RequestCounts } from '@s3sched/store/testing'
import type { Leader, LeaderArgs } from '../jobs/leader-process.ts'
import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import { countFleet, dollarsPerMonth } from '../requests/count-fleet.ts'
import { exponent, lastExponent, type Growth } from './growth.ts'
import { plot } from './plot.ts'

const LEADER = new URL('../jobs/leader-process.ts', import.meta.url)
const PLOT = join(import.meta.dirname, '..', '..', 'results', 'growth.svg')
const BUSY = 10
const INSTANCES = [1, 3, 10, 30, 100]
const HOURS = 6

/**
 * The growth of a leader's costs with the jobs, in a folder of this machine, and of an idle fleet's requests with the
 * instances, on the simulated clock. Prints a table, and draws a plot.
 *
 * - `S3SCHED_BENCH_SIZES`: numbers of jobs, separated by commas, 100,1000,10000,100000 by default
 * - `S3SCHED_BENCH_SECONDS`: seconds of watching each leader, 20 by default
 * - `S3SCHED_BENCH_PLOT`: file of the plot, `results/growth.svg` by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const sizes = (process.env['S3SCHED_BENCH_SIZES'] ?? '100,1000,10000,100000').split(',').map(Number)
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 20)
  const growths = [...(await ofJobs(sizes, seconds)), ...(await ofInstances())]
  const file = resolve(process.env['S3SCHED_BENCH_PLOT'] ?? PLOT)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, plot(growths))
  return growths.flatMap(rows)
}

function rows({ name, points, unit }: Growth): readonly Measurement[] {
  return [
    ...points.map(({ count, value }) => ({ name: `${name}: ${count.toLocaleString('en-US')}`, value, unit })),
    { name: `${name}: exponent`, value: exponent(points), unit: '' },
    { name: `${name}: exponent of the last step`, value: lastExponent(points), unit: '' },
  ]
}

async function ofJobs(sizes: readonly number[], seconds: number): Promise<readonly Growth[]> {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  const leaders: { readonly count: number; readonly leader: Leader }[] = []
  try {
    for (const jobs of sizes) {
      const store = pathToFileURL(join(folder, String(jobs))).href
      const args: LeaderArgs = { store, jobs, busy: BUSY, seconds: 0 }
      // In the first start every job is new; the measured start is of a process that knows all jobs.
      await runProcess<Leader>(LEADER, { ...args })
      leaders.push({ count: jobs, leader: await runProcess<Leader>(LEADER, { ...args, seconds }) })
      await rm(join(folder, String(jobs)), { recursive: true })
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const by = (name: string, unit: string, pick: (leader: Leader) => number): Growth => ({
    name,
    unit,
    points: leaders.map(({ count, leader }) => ({ count, value: pick(leader) })),
  })
  return [
    by('start by jobs', 's', ({ constructMs, startMs }) => (constructMs + startMs) / 1000),
    by('requests at start by jobs', 'requests', ({ atStart }) => total(atStart)),
    by('promotion to first run by jobs', 's', ({ promotionMs }) => promotionMs / 1000),
    by('requests at promotion by jobs', 'requests', ({ atPromotion }) => total(atPromotion)),
    by('memory by jobs', 'MB', ({ memoryMegabytes }) => memoryMegabytes),
    by('idle CPU by jobs', '%', ({ cpuPercent }) => cpuPercent),
  ]
}

function total({ get, list, put }: RequestCounts): number {
  return get + list + put
}

async function ofInstances(): Promise<readonly Growth[]> {
  const counted: { readonly count: number; readonly requests: RequestCounts }[] = []
  for (const count of INSTANCES) counted.push({ count, requests: await countFleet({ instances: count, hours: HOURS }) })
  const points = (pick: (requests: RequestCounts) => number): Growth['points'] =>
    counted.map(({ count, requests }) => ({ count, value: pick(requests) }))
  return [
    { name: 'PUT a day by instances', unit: 'PUT', points: points(({ put }) => (put * 24) / HOURS) },
    { name: 'GET a day by instances', unit: 'GET', points: points(({ get }) => (get * 24) / HOURS) },
    { name: 'cost a month by instances', unit: 'US$', points: points((requests) => dollarsPerMonth(requests, HOURS)) },
  ]
}
