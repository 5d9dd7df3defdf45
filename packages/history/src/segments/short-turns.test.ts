import { createManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store/testing'
import type { Clock } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { expect, it } from 'vitest'
import { aRun, collect, MINUTE, START } from '../../test/records.ts'
import { createHistory } from '../index.ts'
import { flushPage, pageOutcome } from './index.ts'
import { ShortTurns } from './short-turns.ts'

it('a turn is over after 10 ms, and all who wait share the next one', async () => {
  const clock = createManualClock()
  const turns = new ShortTurns(clock)
  expect(turns.isOver).toBe(false)
  const order: string[] = []
  const work = async (name: string): Promise<void> => {
    for (let step = 0; step < 3; step += 1) {
      if (turns.isOver) await turns.next(undefined)
      order.push(name)
      clock.block(6)
    }
  }
  clock.block(10)
  expect(turns.isOver).toBe(true)
  await Promise.all([work('a'), work('b')])
  expect(order.toSorted()).toEqual(['a', 'a', 'a', 'b', 'b', 'b'])
})

it('waiting ends with the reason of an aborted signal', async () => {
  const clock = createManualClock()
  const turns = new ShortTurns(clock)
  clock.block(10)
  await expect(turns.next(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})

it('queries of many pages and segments go on in short turns, several at once, too', async () => {
  let [time, began, longest] = [0, 0, 0]
  const endTurn = (): void => {
    longest = Math.max(longest, time - began)
    began = time
  }
  const clock: Clock = {
    now: () => START,
    monotonic: () => time,
    sleep: () => new Promise((resolve) => setImmediate(() => resolve(endTurn()))),
  }
  const inner = createMemoryStore()
  const runs = Array.from({ length: 200 }, (_, n) => aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE }))
  const names = Array.from({ length: 50 }, (_, n) => `p${n}`)
  for (const page of names) await flushPage(inner, { page, outcomes: runs.slice(0, 100).map(pageOutcome) })
  // Each read of a segment takes a millisecond, and each look at an outcome a part of one.
  const store: ObjectStore = {
    ...inner,
    get: (key, options) => {
      time += 1
      return inner.get(key, options)
    },
  }
  const pages = names.map((page, n) => ({
    page,
    outcomes: runs.slice(100).map((run) => {
      const outcome = pageOutcome({ ...run, job: `job-${n}` })
      return {
        id: outcome.id,
        text: outcome.text,
        get run() {
          time += 0.02
          return outcome.run
        },
      }
    }),
  }))
  const history = createHistory({ store, clock, pages: { pages: () => pages, pagesOf: () => names } })
  await Promise.all([
    history.list({ limit: 1000 }),
    history.timeline({ limit: 10_000 }),
    history.failures(),
    history.statistics('job-7'),
    collect(history.exportRuns()),
  ])
  endTurn()
  expect(time).toBeGreaterThan(400)
  // A turn of 10 ms, and 16 segments that a query begins to read at once.
  expect(longest).toBeLessThan(50)
})
