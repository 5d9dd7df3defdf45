import { LazyAbort } from '@s3sched/kernel'
import { createManualClock, settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import type { Authority } from '../runs/authority.ts'
import { DueStarts } from './due-starts.ts'

const NOON = Date.UTC(2026, 0, 5, 12)
const authority: Authority = { role: 'leader', epoch: 1, signal: new AbortController().signal, isTrusted: () => true }

const none = (): boolean => false

let claims = 0
const turnOf = (starts: DueStarts, ending: LazyAbort = new LazyAbort()): Promise<boolean> =>
  new Promise((turn) => {
    const known = starts.turnOf(
      { authority, runId: `run-${++claims}`, fence: claims, startAt: NOON, behind: [], turn },
      ending,
    )
    if (known !== undefined) turn(known)
  })

it('waits on when the wall clock was set back while it waited, and starts at the instant', async () => {
  const clock = createManualClock(NOON - 1000)
  const starts: number[] = []
  const started = (async () => {
    if (await turnOf(new DueStarts(clock, none))) starts.push(clock.now())
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
  const turn = turnOf(new DueStarts(clock, none), ending)
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
  const starts = new DueStarts({ ...clock, sleep }, none)
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
  const starts = new DueStarts({ ...clock, monotonic: () => clock.monotonic() + fraction }, none)
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

/** Claims a run of NOON, and then runs that are due now, behind each other. */
const inLine = (starts: DueStarts, started: string[], later: number): LazyAbort => {
  const begin = (runId: string, behind: readonly string[], startAt?: number): LazyAbort => {
    const ending = new LazyAbort()
    const turn = (isTurn: boolean): number => started.push(isTurn ? runId : `not ${runId}`)
    const known = starts.turnOf({ authority, runId, fence: behind.length, startAt, behind, turn }, ending)
    if (known !== undefined) turn(known)
    return ending
  }
  const first = begin('tick', [], NOON)
  const ids = ['tick']
  for (let index = 1; index <= later; index++) {
    begin(`later-${index}`, [...ids])
    ids.push(`later-${index}`)
  }
  return first
}

it('starts a run that is due now after a waiting run that was claimed before', async () => {
  const clock = createManualClock(NOON - 300)
  const started: string[] = []
  inLine(new DueStarts(clock, none), started, 2)
  await clock.advance(299)
  expect(started).toEqual([])
  await clock.advance(1)
  expect(started).toEqual(['tick', 'later-1', 'later-2'])
})

it('starts a run after a run that was claimed before, though many of that instant still stand in line', async () => {
  const clock = createManualClock(NOON - 300)
  const starts = new DueStarts(clock, none)
  const started: string[] = []
  const others = Array.from({ length: 64 }, () => turnOf(starts))
  clock.step(300)
  const ending = new LazyAbort()
  const note = (runId: string) => (isTurn: boolean) => void started.push(`${runId} ${isTurn}`)
  const tick = { authority, runId: 'tick', fence: 65, startAt: NOON + 1, behind: [], turn: note('tick') }
  starts.turnOf(tick, ending)
  clock.step(1)
  const later = { authority, runId: 'later', fence: 66, startAt: undefined, behind: ['tick'], turn: note('later') }
  starts.turnOf(later, ending)
  expect(started).toEqual([])
  await clock.advance(400)
  await Promise.all(others)
  expect(started).toEqual(['tick true', 'later true'])
})

it('starts a run at the instant of a run that was claimed before, though that one was told to end', async () => {
  const clock = createManualClock(NOON - 300)
  const started: string[] = []
  inLine(new DueStarts(clock, none), started, 1).abort('told to')
  expect(started).toEqual(['not tick'])
  await clock.advance(300)
  expect(started).toEqual(['not tick', 'later-1'])
})

it('starts a run after a run that was claimed before, and is yet to come here', async () => {
  const clock = createManualClock(NOON)
  const started: string[] = []
  const starts = new DueStarts(clock, (runId) => runId === 'first')
  const note = (runId: string) => (isTurn: boolean) => void started.push(`${runId} ${isTurn}`)
  const turn = note('second')
  const second = { authority, runId: 'second', fence: 2, startAt: NOON - 1, behind: ['first'], turn }
  expect(starts.turnOf(second, new LazyAbort())).toBeUndefined()
  started.push('first')
  await clock.advance(0)
  expect(started).toEqual(['first', 'second true'])
})

it('starts a run after a run that was claimed before, though that one comes later and waits as well', async () => {
  const clock = createManualClock(NOON)
  const started: string[] = []
  const starts = new DueStarts(clock, (runId) => runId === 'first' || runId === 'taken over')
  const ask = (runId: string, fence: number, behind: readonly string[], startAt?: number): void => {
    const known = starts.turnOf(
      { authority, runId, fence, startAt, behind, turn: () => started.push(runId) },
      new LazyAbort(),
    )
    expect(known).toBeUndefined()
  }
  ask('second', 4, ['taken over', 'first'])
  // The record of this claim names the run before its takeover, which gives it a greater fence.
  ask('first', 3, ['taken over'], NOON + 100)
  ask('taken over', 5, ['first', 'second'])
  await clock.advance(99)
  expect(started).toEqual([])
  await clock.advance(1)
  expect(started).toEqual(['first', 'second', 'taken over'])
  expect(clock.sleeping).toBe(0)
})
