/** Upper bounds for everything that must not grow in a long-lived fleet. */
import type { Alive } from './alive.ts'
import { DAY, RETENTION } from './instance.ts'
import type { Month } from './month.ts'

/** Up to this day the retention and the list of past periods are not full. */
const SETTLED_DAYS = 4
/** Some 420 runs make this many segments a day at most: each flush writes one for each day and class of its outcomes. */
const SEGMENTS_A_DAY = 24
/** Failures are kept three times as long, and all a day longer until the next clean-up. */
const MOST_SEGMENTS: number = SEGMENTS_A_DAY * ((3 * RETENTION) / DAY + 1)
/**
 * One file for each archived day and class. Files go two days after their retention at most, failures after three times
 * the retention; files of late outcomes wait for the next day.
 */
const MOST_ARCHIVED: number = RETENTION / DAY + 2 + ((3 * RETENTION) / DAY + 2) + 4
/** One object repeats the rare runs of 32 days, and the archive reaches into two such spans. */
const MOST_RARE = 2
/** Bytes: eight records with 32 past periods each, and outcomes up to twice the bound of a flush. */
const LARGEST_PAGE: number = 8 * 5000 + 2 * 32_768
const MOST_TIMERS = 60
/**
 * What work in progress, the bucket and the filling lists of past periods add at most after day 4. A leak adds one for
 * each term (16 in four days) or each tick (576 for the busiest job).
 */
const MORE_ALIVE: Readonly<Record<keyof Alive, number>> = {
  maps: 12,
  sets: 12,
  signals: 12,
  promises: 12,
  arrays: 60,
  mapEntries: 300,
  setEntries: 12,
  arrayEntries: 500,
  objects: 1000,
}

/**
 * Each instance holds the outcomes that wait in the page. Their number depends on the hour of the last flush, and so on
 * each byte of the outcomes: after a change of any size, some day is just before a flush, and day 4 just after one.
 */
const FOR_EACH_OUTCOME: Partial<Record<keyof Alive, number>> = { mapEntries: 6, arrayEntries: 6, objects: 12 }

/** All violations; each text begins with the name of the grown or broken thing. */
export function checkMonth({ audited, samples }: Month): string[] {
  const violations: string[] = []
  for (const { day, largestPage, objects, timers } of samples.filter((sample) => sample.day > SETTLED_DAYS)) {
    const say = (what: string): void => void violations.push(`${what} (day ${day})`)
    const { history = 0, rare = 0, segments = 0, workers = 0, ...others } = objects
    // Eight jobs fit into one page; no request is left behind.
    const once = ['jobs', 'leader.json', 'changes.json', 'probe.json', 'cleanup.json', 'pruned.json']
    const expected = Object.fromEntries(once.map((name) => [name, 1]))
    for (const name of new Set([...Object.keys(expected), ...Object.keys(others)])) {
      const count = others[name] ?? 0
      if (count !== (expected[name] ?? 0)) say(`objects: there are ${count} of ${name}`)
    }
    // Three live workers, and the workers that crashed within a little more than a day.
    if (workers > 5) say(`objects: there are ${workers} of workers`)
    if (history > MOST_ARCHIVED) say(`objects: there are ${history} of history`)
    if (rare > MOST_RARE) say(`objects: there are ${rare} of rare`)
    if (segments > MOST_SEGMENTS) say(`objects: there are ${segments} of segments`)
    if (largestPage > LARGEST_PAGE) say(`pages: one has ${largestPage} bytes`)
    if (timers > MOST_TIMERS) say(`timers: ${timers} wait`)
  }
  const counted = samples.flatMap(({ alive, ...sample }) => (alive === undefined ? [] : [{ ...sample, alive }]))
  const [first, ...later] = counted
  for (const { alive, day, waitingOutcomes } of later) {
    const moreOutcomes = Math.max(0, waitingOutcomes - (first?.waitingOutcomes ?? 0))
    for (const [kind, more] of Object.entries(MORE_ALIVE) as [keyof Alive, number][]) {
      const [count, before] = [alive[kind], first?.alive[kind] ?? 0]
      const ofOutcomes = moreOutcomes * (FOR_EACH_OUTCOME[kind] ?? 0)
      if (count > before + more + ofOutcomes)
        violations.push(`heap: ${count} ${kind} are alive, after ${before} (day ${day})`)
    }
  }
  for (const { doubled, job, problem, unaccounted } of audited) {
    if (problem !== null) violations.push(`audit: ${job}: ${problem}`)
    if (doubled + unaccounted > 0)
      violations.push(`ticks: of ${job} ${unaccounted} are unaccounted for, ${doubled} doubled`)
  }
  return violations
}
