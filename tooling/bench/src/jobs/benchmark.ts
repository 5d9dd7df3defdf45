import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import { percentile } from '../statistics.ts'
import type { Leader, LeaderArgs } from './leader-process.ts'

const LEADER = new URL('leader-process.ts', import.meta.url)

/**
 * One leader with very many idle jobs, and a few jobs due each second, in a folder. The leader is started twice: in the
 * first start every job is new, in the second start nothing has changed.
 *
 * - `S3SCHED_BENCH_JOBS`: number of idle jobs, 100,000 by default; the budgets are for this default
 * - `S3SCHED_BENCH_SECONDS`: seconds of watching the leader, 20 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const jobs = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 100_000)
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 20)
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  const args: LeaderArgs = { store: pathToFileURL(join(folder, 'many')).href, jobs, seconds: 0, busy: 10 }
  try {
    const few = await runProcess<Leader>(LEADER, {
      ...args,
      store: pathToFileURL(join(folder, 'few')).href,
      jobs: 100,
      seconds,
    })
    const first = await runProcess<Leader>(LEADER, { ...args })
    const again = await runProcess<Leader>(LEADER, { ...args, seconds })
    const of = jobs.toLocaleString('en-US')
    // A page holds at most 250 records, and the pages of equal depth are a power of two.
    const pages = 2 ** Math.ceil(Math.log2(jobs / 250))
    return [
      { name: `${of} new jobs: start`, value: first.startMs / 1000, unit: 's' },
      { name: `${of} known jobs: checking the definitions`, value: again.constructMs / 1000, unit: 's' },
      { name: `${of} known jobs: start`, value: (again.constructMs + again.startMs) / 1000, unit: 's', atMost: 10 },
      { name: 'the same, on a core', value: again.cpuMs / 1000, unit: 's', atMost: 4 },
      { name: 'at start', value: again.atStart.get, unit: 'GET', atMost: pages + 10 },
      { name: 'at start', value: again.atStart.list, unit: 'LIST', atMost: Math.ceil(jobs / 1000) + 1 },
      { name: 'at start', value: again.atStart.put, unit: 'PUT', atMost: 10 },
      { name: 'at promotion', value: again.atPromotion.get, unit: 'GET', atMost: 100 },
      {
        name: 'at promotion',
        value: again.atPromotion.list,
        unit: 'LIST',
        atMost: Math.ceil(jobs / 1000) + 2 * args.busy,
      },
      { name: 'from the promotion to the first run', value: again.promotionMs / 1000, unit: 's' },
      { name: 'the same among 100 jobs', value: few.promotionMs / 1000, unit: 's' },
      { name: 'memory over the empty process', value: again.memoryMegabytes, unit: 'MB', atMost: 150 },
      { name: 'heap over the empty process', value: again.heapMegabytes, unit: 'MB' },
      { name: 'idle CPU, the few due jobs included', value: again.cpuPercent, unit: '%' },
      { name: 'the same among 100 jobs', value: few.cpuPercent, unit: '%' },
      { name: 'idle CPU because of the number', value: again.cpuPercent - few.cpuPercent, unit: '%', atMost: 2 },
      { name: 'lag of the few due jobs: p50', value: percentile(again.lagsMs, 0.5), unit: 'ms' },
      { name: 'lag of the few due jobs: p99', value: percentile(again.lagsMs, 0.99), unit: 'ms' },
      { name: 'the same among 100 jobs: p50', value: percentile(few.lagsMs, 0.5), unit: 'ms' },
      { name: 'the same among 100 jobs: p99', value: percentile(few.lagsMs, 0.99), unit: 'ms' },
      { name: 'missed or doubled', value: again.missed, unit: 'ticks', atMost: 0 },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
