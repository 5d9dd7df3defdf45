import { expect, it } from 'vitest'
import { countAlive, type Alive } from './alive.ts'
import { checkMonth } from './check-month.ts'
import type { DaySample } from './month.ts'

/** The runs of the busiest job in four days. */
const TICKS = 576

function sample(day: number, alive: Alive, waitingOutcomes = 30): DaySample {
  const once = { jobs: 1, 'leader.json': 1, 'changes.json': 1, 'probe.json': 1, 'cleanup.json': 1, 'pruned.json': 1 }
  const objects = { ...once, workers: 3 }
  return { day, objects, largestPage: 2000, waitingOutcomes, timers: 10, alive }
}

/** The checker's findings on two counts. */
function violationsOf(before: Alive, after: Alive): string[] {
  return checkMonth({ samples: [sample(4, before), sample(8, after)], audited: [], terms: 32 })
}

// Few counts in one test: each count collects all garbage, and walks the whole heap.
it('finds a collection that grows with each tick and stays one object, and nothing else', () => {
  const before = countAlive()
  for (let tick = 0; tick < TICKS; tick++) new Map([[tick, { tick }]]).clear()
  const churned = countAlive()
  expect(violationsOf(before, churned)).toEqual([])
  const map = new Map<number, string>()
  const set = new Set<number>()
  const list: number[] = []
  let chain: { readonly earlier: object } = { earlier: {} }
  for (let tick = 0; tick < TICKS; tick++) {
    map.set(tick, 'x')
    set.add(tick)
    list.push(tick)
    chain = { earlier: { earlier: chain } }
  }
  const found = violationsOf(churned, countAlive()).map((text) => text.replaceAll(/\d+ /g, ''))
  expect(found).toEqual(
    ['mapEntries', 'setEntries', 'arrayEntries', 'objects'].map((kind) => `heap: ${kind} are alive, after (day 8)`),
  )
  // Reachable until here.
  expect([map.size, set.size, list.length, Object.keys(chain).length]).toEqual([TICKS, TICKS, TICKS, 1])
})

it('counts no outcomes that wait for a flush as growth, and nothing beside them', () => {
  const none = { maps: 0, sets: 0, signals: 0, promises: 0, arrays: 0, setEntries: 0 }
  const before = { ...none, mapEntries: 500, arrayEntries: 20_000, objects: 29_000 }
  const check = (waiting: number, after: Alive): string[] =>
    checkMonth({ samples: [sample(4, before, 20), sample(8, after, waiting)], audited: [], terms: 32 })
  const after = { ...before, mapEntries: 1000, arrayEntries: 20_500, objects: 30_300 }
  expect(check(120, after)).toEqual([])
  expect(check(30, after)).toHaveLength(2)
  expect(check(120, { ...after, mapEntries: 1500 })).toEqual(['heap: 1500 mapEntries are alive, after 500 (day 8)'])
})
