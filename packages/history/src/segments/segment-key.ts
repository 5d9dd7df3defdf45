/**
 * The name of a segment. The key tells a list of a bucket everything that decides whether a query needs the segment:
 *
 *     segments/<page>/<inverted newest>.<oldest>.<count>.<statuses>.<jobs>.<hash>.ndjson.gz
 *
 * The page has a name of `A-Z a-z 0-9 _ -`. `newest` and `oldest` are the ticks of the newest and the oldest run, epoch
 * ms; a LIST gives the segments of a page by falling `newest`. All runs of a segment have ticks of one day (UTC). Without
 * this rule a single tick that was caught up a month late would stretch its segment over the month, and a query for any
 * day would have to list everything written since that day; with the rule, a query lists at most a day more than its
 * period.
 *
 * `statuses` has a letter for each status in the segment, `jobs` is a filter (see `job-filter`), and `hash` comes from the content, so a segment that is written
 * twice is one object.
 */
import { invertTime, isTime, LATEST_TIME, revertTime } from '../inverted-time.ts'
import { RUN_STATUSES, type RunStatus } from '../run-status.ts'

/** The data in a segment's key. */
export interface SegmentKey {
  readonly page: string
  /** The newest and the oldest tick in the segment, epoch ms. */
  readonly newest: number
  readonly oldest: number
  /** Number of runs. */
  readonly count: number
  readonly statuses: ReadonlySet<RunStatus>
  /** A filter with the hash as its salt; see `mayHoldJob`. */
  readonly jobs: string
  readonly hash: string
}

export const SEGMENTS = 'segments/'

export const DAY_MS = 86_400_000

const LETTERS: Readonly<Record<RunStatus, string>> = {
  success: 's',
  failed: 'f',
  timeout: 't',
  cancelled: 'c',
  skipped: 'k',
  missed: 'm',
  lost: 'l',
}

const PAGE_NAME = /^[A-Za-z0-9_-]{1,128}$/
const SEGMENT_FILE =
  /^(\d{13})\.(\d{13})\.(\d{1,9})\.([a-z]{1,7})\.([A-Za-z0-9_-]{1,96})\.([A-Za-z0-9_-]{16})\.ndjson\.gz$/

/** The key of a segment, which tells the page, the instants, the statuses and the jobs of its runs. */
export function segmentKey({ page, newest, oldest, count, statuses, jobs, hash }: SegmentKey): string {
  const letters = lettersOf(statuses)
  const from = String(oldest).padStart(13, '0')
  return `${segmentPrefix(page)}${invertTime(newest)}.${from}.${count}.${letters}.${jobs}.${hash}.ndjson.gz`
}

/** `undefined` for an object other than a segment. */
export function parseSegmentKey(key: string): SegmentKey | undefined {
  const [folder, page, file, ...rest] = key.split('/')
  const parts = SEGMENT_FILE.exec(file ?? '')
  if (`${folder}/` !== SEGMENTS || !isPageName(page) || rest.length > 0 || parts === null) return undefined
  const [, inverted = '', from = '', count = '', letters = '', jobs = '', hash = ''] = parts
  const [newest, oldest] = [revertTime(inverted), Number(from)]
  if (!isTime(oldest) || oldest > newest) return undefined
  const statuses = statusesOf(letters)
  return statuses === undefined ? undefined : { page, newest, oldest, count: Number(count), statuses, jobs, hash }
}

/** A letter for each status, in the order of the statuses. */
export function lettersOf(statuses: ReadonlySet<RunStatus>): string {
  return RUN_STATUSES.filter((status) => statuses.has(status))
    .map((status) => LETTERS[status])
    .join('')
}

/** The reverse of {@link lettersOf}; `undefined` for other letters. */
export function statusesOf(letters: string): ReadonlySet<RunStatus> | undefined {
  const statuses = new Set(RUN_STATUSES.filter((status) => letters.includes(LETTERS[status])))
  return statuses.size === letters.length ? statuses : undefined
}

/** Prefix of the segments of a page. */
export function segmentPrefix(page: string): string {
  return `${SEGMENTS}${page}/`
}

/** True for a name that the key of a segment can hold. */
export function isPageName(value: unknown): value is string {
  return typeof value === 'string' && PAGE_NAME.test(value)
}

/** Number of the day (UTC) of an instant, from 1970-01-01. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS)
}

/** The last instant of the day (UTC) of an instant. */
export function endOfDay(time: number): number {
  return Math.min(LATEST_TIME, (dayOf(time) + 1) * DAY_MS - 1)
}
