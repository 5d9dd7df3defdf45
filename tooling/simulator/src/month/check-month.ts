/** Upper bounds for everything that must not grow in a long-lived fleet. */
import type { Alive } from './alive.ts'
import { DAY, RETENTION } from './instance.ts'
import type { Month } from './month.ts'

/** Up to this day the retention and the list of past periods are not full. */
const SETTLED_DAYS = 10
/** Runs of all jobs in `instance.ts` together, and the runs added by operators. */
const RUNS_A_DAY: number = 144 + 24 + 24 + 96 + 72 + 48 + 12 + 2
/** Most runs kept: the runs of the retention and until the next clean-up; failures add retries and verdicts. */
const MOST_RUNS: number = 1.2 * RUNS_A_DAY * (RETENTION / DAY + 1)
/** Bytes: 32 past periods, and room for the open runs. */
const LARGEST_RECORD = 8192
const MOST_TIMERS = 60
/**
 * What work in progress, the bucket and the filling lists of past periods add at most after day 10. A leak adds one for
 * each term (40 in ten days), each hour (240) or each tick (1,440 for the busiest job).
 */
const MORE_ALIVE: Readonly<Record<keyof Alive, number>> = {
  maps: 20,
  sets: 20,
  signals: 20,
  promises: 20,
  arrays: 20,
  mapEntries: 240,
  setEntries: 20,
  arrayEntries: 600,
  objects: 2000,
}

/** All violations; each text begins with the name of the grown or broken thing. */
export function checkMonth({ audited, samples }: Month): string[] {
  const violations: string[] = []
  for (const { day, largestRecord, objects, timers } of samples.filter((sample) => sample.day > SETTLED_DAYS)) {
    const say = (what: string): void => void violations.push(`${what} (day ${day})`)
    const { failures = 0, runs = 0, workers = 0, ...others } = objects
    // Seven jobs of the code, and a job added and removed by an operator; no request is left behind.
    const expected = { jobs: 8, 'leader.json': 1, 'changes.json': 1, 'probe.json': 1, 'cleanup.json': 1 }
    for (const name of new Set([...Object.keys(expected), ...Object.keys(others)])) {
      const count = others[name] ?? 0
      if (count !== (expected[name as keyof typeof expected] ?? 0)) say(`objects: there are ${count} of ${name}`)
    }
    // Three live workers, and the workers that crashed within a little more than a day.
    if (workers > 5) say(`objects: there are ${workers} of workers`)
    if (runs > MOST_RUNS) say(`objects: there are ${runs} of runs`)
    if (failures > runs) say(`objects: there are ${failures} of failures`)
    if (largestRecord > LARGEST_RECORD) say(`records: one has ${largestRecord} bytes`)
    if (timers > MOST_TIMERS) say(`timers: ${timers} wait`)
  }
  const [first, ...later] = samples.flatMap(({ alive, day }) => (alive === undefined ? [] : [{ alive, day }]))
  for (const { alive, day } of later) {
    for (const [kind, more] of Object.entries(MORE_ALIVE) as [keyof Alive, number][]) {
      const [count, before] = [alive[kind], first?.alive[kind] ?? 0]
      if (count > before + more) violations.push(`heap: ${count} ${kind} are alive, after ${before} (day ${day})`)
    }
  }
  for (const { doubled, job, problem, unaccounted } of audited) {
    if (problem !== null) violations.push(`audit: ${job}: ${problem}`)
    if (doubled + unaccounted > 0)
      violations.push(`ticks: of ${job} ${unaccounted} are unaccounted for, ${doubled} doubled`)
  }
  return violations
}
