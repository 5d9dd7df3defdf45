import { LazyAbort } from '@s3sched/kernel'
import { createManualClock, settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import type { Authority } from '../runs/authority.ts'
import { DueStarts } from './due-starts.ts'

const NOON = Date.UTC(2026, 0, 5, 12)
const authority: Authority = { role: 'leader', epoch: 1, signal: new AbortController().signal, isTrusted: () => true }

const turnOf = (starts: DueStarts, ending: LazyAbort = new LazyAbort()): Promise<boolean> =>
  new Promise((turn) => {
    const known = starts.turnOf({ authority, startAt: NOON, turn }, ending)
    if (known !== undefined) turn(known)
  })

it('waits on when the wall clock was set back while it waited, and starts at the instant', async () => {
  const clock = createManualClock(NOON - 1000)
  const starts: number[] = []
  const started = (async () => {
    if (await turnOf(new DueStarts(clock))) starts.push(clock.now())
  })()
  await clock.advance(500)
  clock.step(-3000)
  await clock.advance(3400)
  expect(starts).toEqual([])
  await clock.advance(100)
  await started
  expect(starts).toEqual([NOON])
})

it('ends at once when it is told to while it waits', async () => {
  const clock = createManualClock(NOON - 1000)
  const ending = new LazyAbort()
  const turn = turnOf(new DueStarts(clock), ending)
  await settle()
  ending.abort('told to')
  expect(await turn).toBe(false)
  await settle()
  expect(clock.sleeping).toBe(0)
})

it('starts the first runs of an instant at once, and the others a few per turn of the event loop, in their order', async () => {
  const clock = createManualClock(NOON - 1000)
  const started: number[] = []
  /** The number of started runs at the end of each turn. */
  const counts = new Set<number>()
  const sleep: typeof clock.sleep = (ms, signal) => {
    // The runs of a turn go on right after their turns were given out.
    if (ms === 0) void Promise.resolve().then(() => counts.add(started.length))
    return clock.sleep(ms, signal)
  }
  const starts = new DueStarts({ ...clock, sleep })
  const all = Array.from({ length: 100 }, async (_, run) => {
    if (await turnOf(starts)) started.push(run)
  })
  await clock.advance(1000)
  await Promise.all(all)
  expect(started).toEqual(Array.from({ length: 100 }, (_, run) => run))
  expect([...counts]).toEqual([32, 64, 96, 100])
})

it('starts the runs of an instant in the order of their claims, whatever the fractions of a millisecond', async () => {
  const clock = createManualClock(NOON - 1000)
  let fraction = 0
  const starts = new DueStarts({ ...clock, monotonic: () => clock.monotonic() + fraction })
  const started: number[] = []
  const all = [0, 1, 2, 3].map(async (run) => {
    // The wall clock has whole milliseconds, so the wait of a later claim may end earlier.
    fraction = 0.9 - 0.2 * run
    if (await turnOf(starts)) started.push(run)
  })
  await clock.advance(1001)
  await Promise.all(all)
  expect(started).toEqual([0, 1, 2, 3])
})
