import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { createScheduler } from '@s3sched/plugin'
import { http } from '@s3sched/targets'
import type { Measurement } from '../measurement.ts'
import { median, percentile } from '../statistics.ts'
import type { Arrival } from './receiver-process.ts'

const RECEIVER = new URL('receiver-process.ts', import.meta.url)
const SPINNER = new URL('spinner-process.ts', import.meta.url)
/** The first ticks of each job compile its code. */
const WARM_UP = 3

/**
 * The delay of a webhook after an action in the process, at a receiver in another process of this machine: the action
 * runs every second, the webhook in the even seconds, and a `fetch` in an action, for comparison, in the odd ones. Each
 * arrival is compared with the action of the same tick, so the figures are the sender's and the way's, and not the
 * timer's.
 *
 * The connection is open before the first tick. A spinner at the lowest priority keeps each core awake: a virtual machine
 * wakes a sleeping core in up to 20 ms, which would be most of the figure.
 *
 * - `S3SCHED_BENCH_SECONDS`: 60 by default
 * - `S3SCHED_BENCH_SPINNERS`: the cores by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 60)
  const spinning = Number(process.env['S3SCHED_BENCH_SPINNERS'] ?? availableParallelism())
  const { execArgv } = process
  const spinners = Array.from({ length: spinning }, () => fork(SPINNER, { execArgv }))
  const receiver = fork(RECEIVER, { execArgv })
  const [port] = (await once(receiver, 'message')) as [number]
  const inside: Lags = new Map()
  const received: Lags = new Map()
  const fetched: Lags = new Map()
  receiver.on('message', ({ at, path, tick }: Arrival) => {
    if (path === '/webhook') received.set(tick, at - tick)
    if (path === '/fetch') fetched.set(tick, at - tick)
  })
  const scheduler = createScheduler({
    store: 'memory://targets',
    skipColdStart: true,
    jobs: {
      inside: {
        schedule: '* * * * * *',
        action: ({ scheduledTime }) => {
          const at = performance.timeOrigin + performance.now()
          inside.set(scheduledTime.getTime(), at - scheduledTime.getTime())
        },
      },
      fetch: {
        schedule: '1-59/2 * * * * *',
        action: async ({ scheduledTime }) => {
          const headers = { 'x-s3sched-tick': scheduledTime.toISOString() }
          const init = { method: 'POST', body: 'a message of no more than some hundred bytes', headers }
          await fetch(`http://127.0.0.1:${port}/fetch`, init)
        },
      },
      webhook: {
        schedule: '*/2 * * * * *',
        action: http(`http://127.0.0.1:${port}/webhook`, { secret: 'a secret of many characters' }),
      },
    },
  })
  try {
    await fetch(`http://127.0.0.1:${port}/warm-up`)
    await scheduler.start()
    await sleep((seconds + 2 * WARM_UP) * 1000)
  } finally {
    await scheduler.stop()
    for (const child of [receiver, ...spinners]) child.disconnect()
  }
  const own = [...inside.values()].slice(2 * WARM_UP)
  const [webhook, bare] = [after(received, inside), after(fetched, inside)]
  return [
    { name: 'spinners of lowest priority beside, which keep the cores awake', value: spinning, unit: 'processes' },
    { name: 'an action in the process after its tick, median', value: median(own), unit: 'ms' },
    { name: 'an action in the process after its tick, 90 %', value: percentile(own, 0.9), unit: 'ms' },
    { name: 'fetch at the receiver after the action of its tick, median', value: median(bare), unit: 'ms' },
    { name: 'fetch at the receiver after the action of its tick, 90 %', value: percentile(bare, 0.9), unit: 'ms' },
    {
      name: 'http at the receiver after the action of its tick, median',
      value: median(webhook),
      unit: 'ms',
      atMost: 5,
    },
    { name: 'http at the receiver after the action of its tick, 90 %', value: percentile(webhook, 0.9), unit: 'ms' },
  ]
}

/** By tick, ms. */
type Lags = Map<number, number>

/** How much later each tick was seen by the one than by the other, without the first ticks. */
function after(later: Lags, sooner: Lags): number[] {
  return [...later].slice(WARM_UP).flatMap(([tick, lag]) => {
    const before = sooner.get(tick)
    return before === undefined ? [] : [lag - before]
  })
}
