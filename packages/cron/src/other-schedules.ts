import { parseDuration } from './duration.ts'
import { quoted } from './invalid-schedule-error.ts'
import { MAX_INSTANT_MS } from './instant.ts'

/*
 * The notation of the other two kinds of schedules, for the hints of a refused expression: first as the schedule of a
 * job, because most readers of such a hint define jobs, then with the function of this package.
 */

/** Jobs refuse shorter intervals, so no hint suggests less. */
const SHORTEST_MS = 100

/** @param interval - in the format of {@link parseDuration}; `undefined` for an unknown interval */
export function intervalHint(interval: string | undefined): string {
  const ms = interval === undefined ? Number.NaN : parseDuration(interval)
  const isFit = ms >= SHORTEST_MS && ms <= MAX_INSTANT_MS
  const text = quoted(isFit && interval !== undefined ? interval : '15m')
  return `Write an interval${isFit ? '' : ' such as'} { every: ${text} } in a job, everySchedule(${text}) elsewhere`
}

/** @param text - in the format of `Date`; `undefined` for an unknown instant */
export function onceHint(text: string | undefined): string {
  const date = `new Date(${text === undefined ? '…' : quoted(text)})`
  return `Write ${date} in a job, onceSchedule(${date}) elsewhere`
}
