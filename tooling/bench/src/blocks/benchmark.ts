import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { audit, type AuditedJob } from '@s3sched/plugin'
import type { Measurement } from '../measurement.ts'
import { runProcess, startProcess } from '../process/run-process.ts'
import { startMinio } from '../server/minio.ts'
import { percentile } from '../statistics.ts'
import type { HeartArgs, HeartFigures } from './heart-process.ts'
import type { Heard, InstanceArgs } from './instance-process.ts'

const INSTANCE = new URL('instance-process.ts', import.meta.url)
const HEART = new URL('heart-process.ts', import.meta.url)
const HEARTBEAT_MS = 2000
const COMPUTE_MS = 8000
const PERIOD_MS = 10_000
/** The follower is a standby once the leader has named it. */
const WARM_UP_MS = 5000

/**
 * A job that computes for 8 of every 10 s and a job every second, in two processes with heartbeats of 2 s: with the
 * computing action in its process, and isolated. Beside it the costs of a thread that would renew the lease of a
 * blocked process, and a block of some minutes with such a thread.
 *
 * - `S3SCHED_BENCH_SECONDS`: counted time of the two processes, 120 by default
 * - `S3SCHED_BENCH_BLOCK`: length of the block with a thread, s, 120 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 120)
  const blockMs = Number(process.env['S3SCHED_BENCH_BLOCK'] ?? 120) * 1000
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  const minio = await startMinio()
  const measurements: Measurement[] = []
  try {
    for (const isIsolated of [false, true]) {
      const store = (await minio?.bucket()) ?? `file://${folder}/${isIsolated ? 'isolated' : 'in-process'}`
      measurements.push(...(await twoProcesses(store, isIsolated, seconds)))
    }
    const store = (await minio?.bucket()) ?? `file://${folder}/heart`
    measurements.push(...(await heart({ store, heartbeatMs: HEARTBEAT_MS, blockMs })))
  } finally {
    await minio?.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return measurements
}

async function twoProcesses(store: string, isIsolated: boolean, seconds: number): Promise<Measurement[]> {
  const processes: ReturnType<typeof startProcess>[] = []
  try {
    for (const workerId of ['a', 'b']) {
      const args = { store, workerId, isIsolated, computeMs: COMPUTE_MS, heartbeatMs: HEARTBEAT_MS }
      const started = startProcess(INSTANCE, args satisfies InstanceArgs)
      processes.push(started)
      await started.next()
    }
    await sleep(WARM_UP_MS)
    const since = Date.now()
    await sleep(seconds * 1000)
    // A run under way has no outcome yet.
    const until = Date.now() - PERIOD_MS
    const heard: Heard[] = []
    for (const each of processes) each.send('stop')
    for (const each of processes) heard.push((await each.next()) as Heard)
    return report(isIsolated, await audit(store, { since, until }), heard)
  } finally {
    for (const each of processes) each.kill('SIGKILL')
    await Promise.all(processes.map((each) => each.ended))
  }
}

function report(isIsolated: boolean, jobs: readonly AuditedJob[], heard: readonly Heard[]): Measurement[] {
  const name = isIsolated ? 'isolated' : 'in process'
  const sum = (of: 'expected' | 'ran' | 'missed' | 'lost' | 'doubled' | 'skipped'): number =>
    jobs.reduce((total, job) => total + job[of], 0)
  const leaders = heard[0]?.leaders ?? []
  const changes = leaders.filter((leader, index) => index > 0 && leader !== leaders[index - 1]).length
  const lags = heard.flatMap((each) => each.lags)
  return [
    { name: `${name}: ticks`, value: sum('expected'), unit: 'ticks' },
    { name: `${name}: ran`, value: sum('ran'), unit: 'ticks' },
    { name: `${name}: missed`, value: sum('missed'), unit: 'ticks', atMost: 0 },
    { name: `${name}: lost`, value: sum('lost'), unit: 'ticks', atMost: 0 },
    { name: `${name}: doubled`, value: sum('doubled'), unit: 'ticks', atMost: 0 },
    { name: `${name}: changes of leader`, value: changes, unit: '', atMost: isIsolated ? 0 : 1 },
    {
      name: `${name}: verdicts that were corrected`,
      value: heard.reduce((n, { verdicts }) => n + verdicts, 0),
      unit: '',
    },
    { name: `${name}: start of the quick job, median`, value: percentile(lags, 0.5), unit: 'ms' },
    { name: `${name}: start of the quick job, 90 %`, value: percentile(lags, 0.9), unit: 'ms' },
    { name: `${name}: start of the quick job, latest`, value: percentile(lags, 1), unit: 'ms' },
  ]
}

async function heart(args: HeartArgs): Promise<Measurement[]> {
  const { changes, cpuMs, grownMb, startMs } = await runProcess<HeartFigures>(HEART, { ...args })
  const name = 'a thread for the lease'
  return [
    { name: `${name}: changes of leader in a block of ${args.blockMs / 1000} s`, value: changes, unit: '' },
    { name: `${name}: until it leads`, value: startMs, unit: 'ms' },
    { name: `${name}: memory`, value: grownMb, unit: 'MB' },
    { name: `${name}: CPU a minute`, value: cpuMs, unit: 'ms' },
  ]
}
