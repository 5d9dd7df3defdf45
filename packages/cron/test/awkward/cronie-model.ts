import { readClock, readingMs, readingOf } from '../oracle/local-clock.ts'
import { referenceExpression } from '../oracle/reference-expression.ts'

const MINUTE = 60_000

/**
 * When cronie would start a job, by a model of the loop in its `cron.c` rather than by running it: once a minute it
 * compares the clock with the minute it had reached.
 *
 * - one minute on: everything due is started
 * - up to three hours on: jobs with a leading `*` in the minute or the hour are started for the minute that the clock
 *   shows, the others once for each minute that was missed
 * - up to three hours back: only jobs with a leading `*`, until the clock has caught up
 * - further: everything due is started, and what lies between is forgotten
 */
export function cronieRuns(expression: string, zone: string, from: number, to: number): number[] {
  const reference = referenceExpression(expression)
  const wild = expression.split(' ', 2).some((field) => field.startsWith('*'))
  const named = (minute: number): boolean => reference.matches(readingOf(minute * MINUTE))
  const runs: number[] = []
  let reached = Math.floor(readingMs(readClock(zone, from)) / MINUTE) - 1
  for (let at = from; at < to; at += MINUTE) {
    const shown = Math.floor(readingMs(readClock(zone, at)) / MINUTE)
    const ahead = shown - reached
    if (ahead === 1 || Math.abs(ahead) > 180) {
      if (named(shown)) runs.push(at)
      reached = shown
    } else {
      if (wild && named(shown)) runs.push(at)
      while (reached < shown) {
        reached += 1
        if (!wild && named(reached)) runs.push(at)
      }
    }
  }
  return runs
}
