import { expect, it } from 'vitest'
import { countAlive, type Alive } from './alive.ts'
import { checkMonth } from './check-month.ts'
import type { DaySample } from './month.ts'

/** The days' runs of the busiest job between two counts. */
const TICKS = 1440

function sample(day: number, alive: Alive): DaySample {
  const objects = { jobs: 8, 'leader.json': 1, 'changes.json': 1, 'probe.json': 1, 'cleanup.json': 1, workers: 3 }
  return { day, objects, largestRecord: 2000, timers: 10, alive }
}

/** What the checker says of two counts, with `grow` in between. */
function violationsAfter(grow: () => void): string[] {
  const before = countAlive()
  grow()
  const after = countAlive()
  return checkMonth({ samples: [sample(10, before), sample(20, after)], audited: [], terms: 80 })
}

it('finds nothing where nothing grows', () => {
  const churned = violationsAfter(() => {
    for (let tick = 0; tick < TICKS; tick++) new Map([[tick, { tick }]]).clear()
  })
  expect(churned).toEqual([])
})

const map = new Map<number, string>()
const set = new Set<number>()
const list: number[] = []

it.each<[string, string, (tick: number) => unknown]>([
  ['map that gets an entry', 'mapEntries', (tick) => map.set(tick, 'x')],
  ['set that gets a member', 'setEntries', (tick) => set.add(tick)],
  ['list that gets an item', 'arrayEntries', (tick) => list.push(tick)],
])('finds a %s for each tick, and stays one object', (_, kind, add) => {
  const violations = violationsAfter(() => {
    for (let tick = 0; tick < TICKS; tick++) add(tick)
  })
  expect(violations).toEqual([
    expect.stringMatching(new RegExp(`^heap: \\d+ ${kind} are alive, after \\d+ \\(day 20\\)$`)),
  ])
  expect([map, set, list].map((kept) => ('size' in kept ? kept.size : kept.length))).toContain(TICKS)
})

it('finds an object for each tick, whatever holds it', () => {
  const last: { before?: object } = {}
  let newest = last
  const violations = violationsAfter(() => {
    for (let tick = 0; tick < 2 * TICKS; tick++) newest = { before: newest }
  })
  expect(violations).toEqual([expect.stringMatching(/^heap: \d+ objects are alive/)])
  expect(newest.before).toBeDefined()
})
