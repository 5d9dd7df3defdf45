import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createScheduler } from '@s3sched/plugin'
import { http } from '@s3sched/targets'
import type { Measurement } from '../measurement.ts'
import { median, percentile } from '../statistics.ts'
import type { Arrival } from './receiver-process.ts'

const RECEIVER = new URL('receiver-process.ts', import.meta.url)
/** The first ticks load code and open the connection. */
const WARM_UP = 3

/**
 * The delay of a webhook after its tick, at a receiver in another process of this machine, beside the delay of an action
 * in the process, and beside a `fetch` in such an action: three jobs on the same ticks, every second. The ways to the
 * receiver are compared tick by tick, so that a busy machine delays both sides of a comparison; the ratio tells what the
 * target costs beside a `fetch` by hand.
 *
 * - `S3SCHED_BENCH_SECONDS`: 20 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 20)
  const receiver = fork(RECEIVER, { execArgv: process.execArgv })
  const [port] = (await once(receiver, 'message')) as [number]
  const inside: Lags = new Map()
  const received: Lags = new Map()
  const fetched: Lags = new Map()
  receiver.on('message', ({ at, path, tick }: Arrival) => {
    const lags = path === '/webhook' ? received : fetched
    lags.set(tick, at - tick)
  })
  const scheduler = createScheduler({
    store: 'memory://targets',
    skipColdStart: true,
    jobs: {
      inside: {
        schedule: '* * * * * *',
        action: ({ scheduledTime }) => {
          const tick = scheduledTime.getTime()
          inside.set(tick, performance.timeOrigin + performance.now() - tick)
        },
      },
      fetch: {
        schedule: '* * * * * *',
        action: async ({ scheduledTime }) => {
          const headers = { 'x-s3sched-tick': scheduledTime.toISOString() }
          const init = { method: 'POST', body: 'a message of no more than some hundred bytes', headers }
          await fetch(`http://127.0.0.1:${port}/fetch`, init)
        },
      },
      webhook: { schedule: '* * * * * *', action: http(`http://127.0.0.1:${port}/webhook`) },
    },
  })
  try {
    await scheduler.start()
    await sleep((seconds + WARM_UP) * 1000)
  } finally {
    await scheduler.stop()
    receiver.disconnect()
  }
  const [ours, bare, theirs] = [warm(inside), warm(fetched), warm(received)]
  const [webhookAfter, fetchAfter] = [median(after(received, inside)), median(after(fetched, inside))]
  return [
    { name: 'an action in the process, median', value: median(ours), unit: 'ms' },
    { name: 'an action in the process, 90 %', value: percentile(ours, 0.9), unit: 'ms' },
    { name: 'fetch in an action, at the receiver, median', value: median(bare), unit: 'ms' },
    { name: 'http on loopback, median', value: median(theirs), unit: 'ms' },
    { name: 'http on loopback, 90 %', value: percentile(theirs, 0.9), unit: 'ms' },
    { name: 'fetch after the action of its tick, median', value: fetchAfter, unit: 'ms' },
    { name: 'http after the action of its tick, median', value: webhookAfter, unit: 'ms', atMost: 5 },
    { name: 'http after the action, to fetch after the action', value: webhookAfter / fetchAfter, unit: 'times' },
  ]
}

/** By tick, ms. */
type Lags = Map<number, number>

/** The lags without those of the first ticks. */
function warm(lags: Lags): number[] {
  return [...lags.values()].slice(WARM_UP)
}

/** How much later each tick was seen by the one than by the other. */
function after(later: Lags, sooner: Lags): number[] {
  return [...later].slice(WARM_UP).flatMap(([tick, lag]) => {
    const before = sooner.get(tick)
    return before === undefined ? [] : [lag - before]
  })
}
