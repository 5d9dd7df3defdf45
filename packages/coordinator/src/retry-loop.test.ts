import { createManualClock, createSeededRandom, settle } from '@s3sched/kernel/testing'
import { StoreError } from '@s3sched/store'
import { expect, it } from 'vitest'
import { RetryLoop } from './retry-loop.ts'

const SILENT = new StoreError('the store is silent', { code: 'UNAVAILABLE', retriable: true })

function setUp() {
  const clock = createManualClock(0)
  const stop = new AbortController()
  const problems: unknown[] = []
  const random = { ...createSeededRandom(1), float: () => 0.999 }
  const loop = new RetryLoop({ clock, random, problem: (error) => problems.push(error) }, 30_000)
  return { clock, loop, problems, stop }
}

it('repeats no failed work sooner because of a wake, during the work or during the pause', async () => {
  const { clock, loop, problems, stop } = setUp()
  const loops = [
    loop.forever(stop.signal, async () => {
      await clock.sleep(10)
      throw SILENT
    }),
    loop.untilDone(stop.signal, () => Promise.reject(SILENT)),
  ]
  for (let ms = 0; ms < 60_000; ms += 5) {
    loop.wake()
    await clock.advance(5)
  }
  // Pauses of 250, 450, 850, 1650, 3250 and then 5050 ms.
  expect(problems.length).toBeLessThan(2 * 18)
  stop.abort()
  await clock.advance(10)
  await Promise.all(loops)
})

it('keeps a wake that came during a failing work for the sleep after it', async () => {
  const { clock, loop, stop } = setUp()
  let isSilent = true
  const done: number[] = []
  const ended = loop.forever(stop.signal, async () => {
    await clock.sleep(10)
    if (isSilent) throw SILENT
    done.push(clock.monotonic())
    return Infinity
  })
  await clock.advance(5)
  loop.wake()
  isSilent = false
  await clock.advance(1000)
  expect(done).toEqual([10, 20])
  loop.wake()
  await clock.advance(10)
  expect(done).toEqual([10, 20, 1015])
  stop.abort()
  await settle()
  await ended
})
