// A process with 100 jobs an hour that do nothing, and its resident memory. Plain JavaScript on the built packages: the
// stripping of types would count otherwise.
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const JOBS = 100
const quiet = () => undefined
const [contender, server] = process.argv.slice(2)
const everyHour = Array.from({ length: JOBS }, (_, n) => [`job-${n}`, `${n % 60} * * * *`])

/** @type {Readonly<Record<string, () => Promise<unknown>>>} */
const starts = {
  async nothing() {},
  async croner() {
    const { Cron } = await import('croner')
    return everyHour.map(([name, schedule]) => new Cron(schedule ?? '', { name: name ?? '' }, () => undefined))
  },
  async bullmq() {
    const { Queue, Worker } = await import('bullmq')
    const connection = { url: server ?? '' }
    const queue = new Queue('idle', { connection })
    for (const [name, pattern] of everyHour) await queue.upsertJobScheduler(name ?? '', { pattern: pattern ?? '' })
    const worker = new Worker('idle', async () => undefined, { connection })
    await worker.waitUntilReady()
    return worker
  },
  async s3sched() {
    const { SchedulerPlugin } = await import('@s3sched/plugin')
    const jobs = Object.fromEntries(everyHour.map(([name, schedule]) => [name, { schedule, action: () => undefined }]))
    const logger = { debug: quiet, info: quiet, warn: quiet, error: console.error }
    const scheduler = new SchedulerPlugin({ store: server ?? '', jobs, logger, skipColdStart: true })
    await scheduler.start()
    return scheduler
  },
}

const kept = await starts[contender ?? '']?.()
await wait(Number(process.env['S3SCHED_BENCH_IDLE_MS'] ?? 20_000))
const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
process.send?.({ resident, kept: kept !== undefined })
process.exit()
