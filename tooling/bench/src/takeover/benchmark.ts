import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres, startRedis } from '@s3sched-tooling/engines'
import type { Contender } from '../contenders/contender.ts'
import type { Measurement } from '../measurement.ts'
import { startProcess } from '../process/run-process.ts'
import { startMinio } from '../server/minio.ts'
import { judge, type Outcome } from './journal.ts'
import { variantsOf, type Variant } from './variants.ts'

const INSTANCE = new URL('instance-process.ts', import.meta.url)
const JOBS = 20
const ACTION_MS = '300-300'
/** Ticks are counted from this time before the first process's end. */
const BEFORE_MS = 5000
/** The least time into a running action at which the process is hit. */
const INTO_ACTION_MS = 50
const LOOK_EVERY_MS = 10
const PAUSE_MS = 5000
/** Time for late starts after the last counted tick. */
const GRACE_MS = 5000
/** The limit of the issue: no tick may start later. */
const LATEST_MS = 1500

const ENDS = ['killed', 'killed with the next tick claimed', 'stopped', 'paused'] as const
type End = (typeof ENDS)[number]

/**
 * s3sched claims a tick about three slow commits before its instant, 50 ms at least: at this time the whole next tick is
 * claimed, and no run has begun.
 */
const CLAIMED_BY_MS = 975

/**
 * Two processes with 20 jobs every second whose actions take 300 ms. The working process (with queues both work: one of
 * the two) is killed by SIGKILL, stopped cleanly, or paused by SIGSTOP for 5 s, each time during its actions; or killed
 * between actions, after the claims of the whole next tick. The result is the outcome of all ticks from 5 s before.
 *
 * - `S3SCHED_BENCH_ONLY`: only the variants with this text in their names
 * - `S3SCHED_BENCH_ROUNDS`: rounds of each variant, 1 by default
 * - `S3SCHED_BENCH_ACTION_MS`: the shortest and the longest action, 300-300 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const only = process.env['S3SCHED_BENCH_ONLY'] ?? ''
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 1)
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  const [minio, redis, postgres] = [await startMinio(), await startRedis(), await startPostgres()]
  const variants = variantsOf({ minio, redis: redis?.url, postgres: postgres?.url })
  const measurements: Measurement[] = []
  try {
    for (const variant of variants) {
      for (const end of ENDS) {
        const name = `${variant.name}, ${end}`
        if (!name.includes(only) || (end === 'killed with the next tick claimed' && !variant.isKilledAhead)) continue
        const outcomes: Outcome[] = []
        for (let round = 0; round < rounds; round++) {
          outcomes.push(await takeOver(variant, end, await mkdtemp(join(folder, 'round-'))))
        }
        // A claimed run that had not begun looks like a begun run, and is lost.
        const promises = end === 'killed with the next tick claimed' ? 'at most once' : variant.promises
        measurements.push(...report(name, outcomes, promises))
      }
    }
  } finally {
    await Promise.all([minio?.stop(), redis?.stop(), postgres?.stop()])
    await rm(folder, { recursive: true, force: true })
  }
  return measurements
}

function actionMs(): readonly [number, number] {
  const [least = 0, most = least] = (process.env['S3SCHED_BENCH_ACTION_MS'] ?? ACTION_MS).split('-').map(Number)
  return [least, most]
}

async function takeOver({ contenders, warmUpMs, watchMs }: Variant, end: End, folder: string): Promise<Outcome> {
  const pair = await contenders()
  const journals = pair.map((_, index) => join(folder, `${index}`))
  const start = (contender: Contender, index: number): ReturnType<typeof startProcess> =>
    startProcess(INSTANCE, { contender, jobs: JOBS, actionMs: actionMs(), journal: journals[index] ?? '' })
  const processes: ReturnType<typeof startProcess>[] = []
  try {
    // In turn, so the first process leads.
    for (const [index, contender] of pair.entries()) {
      const started = start(contender, index)
      processes.push(started)
      await started.next()
    }
    const [first] = processes
    await sleep(warmUpMs)
    await untilActing(journals[0] ?? '')
    await sleep(INTO_ACTION_MS)
    const second = Math.floor(Date.now() / 1000) * 1000
    if (end === 'killed with the next tick claimed') await sleep(second + CLAIMED_BY_MS - Date.now())
    if (end.startsWith('killed')) first?.kill('SIGKILL')
    if (end === 'stopped') first?.send('stop')
    if (end === 'paused') {
      first?.kill('SIGSTOP')
      await sleep(PAUSE_MS)
      first?.kill('SIGCONT')
    }
    const from = second - BEFORE_MS
    const until = second + watchMs
    await sleep(until + GRACE_MS - Date.now())
    const lines = await Promise.all(journals.map((journal) => readFile(journal, 'utf8')))
    return judge(lines.join('').split('\n'), JOBS, from, until)
  } finally {
    for (const each of processes) each.kill('SIGKILL')
    await Promise.all(processes.map((each) => each.ended))
  }
}

/** When one of two queue workers gets all jobs of a tick, the other has no action running. */
async function untilActing(journal: string): Promise<void> {
  const startsIn = async (): Promise<number> => (await readFile(journal, 'utf8')).split('start ').length
  const before = await startsIn()
  while ((await startsIn()) === before) await sleep(LOOK_EVERY_MS)
}

function report(name: string, outcomes: readonly Outcome[], promises: Variant['promises']): readonly Measurement[] {
  const sum = (kind: keyof Outcome): number => outcomes.reduce((total, outcome) => total + outcome[kind], 0)
  const most = (kind: keyof Outcome): number => Math.max(...outcomes.map((outcome) => outcome[kind]))
  const none = promises === 'nothing' ? {} : { atMost: 0 }
  const hot = promises === 'hot standby'
  return [
    { name: `${name}: ticks`, value: sum('expected'), unit: 'ticks' },
    { name: `${name}: started`, value: sum('started'), unit: 'ticks' },
    { name: `${name}: missed`, value: sum('missed'), unit: 'ticks', ...(hot ? none : {}) },
    { name: `${name}: doubled`, value: sum('doubled'), unit: 'starts', ...none },
    { name: `${name}: begun and never ended`, value: sum('lost'), unit: 'ticks' },
    { name: `${name}: latest start`, value: most('latestMs'), unit: 'ms', ...(hot ? { atMost: LATEST_MS } : {}) },
    { name: `${name}: p99`, value: most('p99Ms'), unit: 'ms' },
  ]
}
