import { parseDuration } from './duration.ts'
import { quoted } from './invalid-schedule-error.ts'
import { MAX_INSTANT_MS } from './instant.ts'

/*
 * The writing of schedules of the other two kinds, for the hints of a refused expression: as the schedule of a job first, since
 * most readers of such a hint define jobs, then by the function of this package.
 */

/** Jobs are refused below it, so that no hint names less. */
const SHORTEST_MS = 100

/** @param interval - as {@link parseDuration} reads it; `undefined` where none can be named */
export function intervalHint(interval: string | undefined): string {
  const ms = interval === undefined ? Number.NaN : parseDuration(interval)
  const isFit = ms >= SHORTEST_MS && ms <= MAX_INSTANT_MS
  const text = quoted(isFit && interval !== undefined ? interval : '15m')
  return `Write an interval${isFit ? '' : ' such as'} { every: ${text} } in a job, everySchedule(${text}) elsewhere`
}

/** @param text - as `Date` reads it; `undefined` where none can be named */
export function onceHint(text: string | undefined): string {
  const date = `new Date(${text === undefined ? '…' : quoted(text)})`
  return `Write ${date} in a job, onceSchedule(${date}) elsewhere`
}
