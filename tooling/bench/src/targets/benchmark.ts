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
 * in the process, and beside a `fetch` in such an action: three jobs on the same ticks, every second.
 *
 * - `S3SCHED_BENCH_SECONDS`: 20 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 20)
  const receiver = fork(RECEIVER, { execArgv: process.execArgv })
  const [port] = (await once(receiver, 'message')) as [number]
  const inside: number[] = []
  const received: number[] = []
  const fetched: number[] = []
  receiver.on('message', ({ at, path, tick }: Arrival) => {
    const lags = path === '/webhook' ? received : fetched
    lags.push(at - tick)
  })
  const scheduler = createScheduler({
    store: 'memory://targets',
    skipColdStart: true,
    jobs: {
      inside: {
        schedule: '* * * * * *',
        action: ({ scheduledTime }) => {
          inside.push(performance.timeOrigin + performance.now() - scheduledTime.getTime())
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
  const [ours, bare, theirs] = [inside.slice(WARM_UP), fetched.slice(WARM_UP), received.slice(WARM_UP)]
  return [
    { name: 'an action in the process, median', value: median(ours), unit: 'ms' },
    { name: 'an action in the process, 90 %', value: percentile(ours, 0.9), unit: 'ms' },
    { name: 'fetch in an action, at the receiver, median', value: median(bare), unit: 'ms' },
    { name: 'http on loopback, median', value: median(theirs), unit: 'ms' },
    { name: 'http on loopback, 90 %', value: percentile(theirs, 0.9), unit: 'ms' },
    { name: 'http after the action, median', value: median(theirs) - median(ours), unit: 'ms', atMost: 5 },
  ]
}
