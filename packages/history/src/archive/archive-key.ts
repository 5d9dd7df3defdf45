/**
 * The name of a file of the archive. The folders are Hive partitions, so that query engines skip whole days:
 *
 *     history/day=<YYYY-MM-DD>/outcome=<success|other>/runs-<set>.<part>.<newest>.<oldest>.<count>.<statuses>.<jobs>.<rare>.parquet
 *
 * All runs of a file have ticks of the day (UTC). `outcome=success` holds successes alone. `newest` and `oldest` are
 * ticks, epoch ms; `statuses` has a letter for each status; `jobs` is a filter (see `job-filter`) with the set and part
 * as its salt, and `rare` a filter of the jobs with few runs in the file (see `rare-runs`). So a LIST tells which files a query needs, without a look into the files.
 *
 * Files that are written together make a **set**: the runs of a day that one pass of the archive took, each run once.
 * The id of a set is a hash of the keys of its inputs, so a name is never written twice with other runs.
 */
import type { RunStatus } from '../run-status.ts'
import { isTime } from '../inverted-time.ts'
import { dayOf, DAY_MS, lettersOf, statusesOf } from '../segments/segment-key.ts'

export const OUTCOMES = ['success', 'other'] as const

export type Outcome = (typeof OUTCOMES)[number]

/** The data in a file's key. */
export interface ArchiveKey {
  /** Number of the day (UTC) from 1970-01-01. */
  readonly day: number
  readonly outcome: Outcome
  readonly set: string
  /** Counts from 0 in a set and outcome. */
  readonly part: number
  /** The newest and the oldest tick in the file, epoch ms. */
  readonly newest: number
  readonly oldest: number
  /** Number of runs. */
  readonly count: number
  readonly statuses: ReadonlySet<RunStatus>
  /** A filter with {@link saltOf} as its salt; see `mayHoldJob`. */
  readonly jobs: string
  /** The same, of the jobs with few runs in the file. */
  readonly rare: string
}

export const ARCHIVE = 'history/'

const FOLDER = /^day=(\d{4}-\d\d-\d\d)$/
const FILE =
  /^runs-([A-Za-z0-9_-]{1,64})\.(\d{1,6})\.(\d{13})\.(\d{13})\.(\d{1,9})\.([a-z]{1,7})\.([A-Za-z0-9_-]{1,96})\.([A-Za-z0-9_-]{1,96})\.parquet$/

export function outcomeOf(status: RunStatus): Outcome {
  return status === 'success' ? 'success' : 'other'
}

export function archiveKey(file: ArchiveKey): string {
  const { count, day, jobs, newest, oldest, outcome, part, rare, set, statuses } = file
  const times = [newest, oldest].map((time) => String(time).padStart(13, '0')).join('.')
  const name = `runs-${set}.${part}.${times}.${count}.${lettersOf(statuses)}.${jobs}.${rare}.parquet`
  return `${dayPrefix(day)}/outcome=${outcome}/${name}`
}

/** `undefined` for an object other than a file of the archive. */
export function parseArchiveKey(key: string): ArchiveKey | undefined {
  const [folder, dayFolder = '', outcomeFolder, file = '', ...rest] = key.split('/')
  const day = parseDay(FOLDER.exec(dayFolder)?.[1])
  const outcome = OUTCOMES.find((each) => outcomeFolder === `outcome=${each}`)
  const parts = FILE.exec(file)
  if (`${folder}/` !== ARCHIVE || day === undefined || outcome === undefined || parts === null || rest.length > 0)
    return undefined
  const [, set = '', part = '', newest = '', oldest = '', count = '', letters = '', jobs = '', rare = ''] = parts
  const statuses = statusesOf(letters)
  const times = { newest: Number(newest), oldest: Number(oldest) }
  const isSound = isTime(times.newest) && dayOf(times.newest) === day && dayOf(times.oldest) === day
  if (statuses === undefined || !isSound || times.oldest > times.newest) return undefined
  return { day, outcome, set, part: Number(part), ...times, count: Number(count), statuses, jobs, rare }
}

/** The salt of a file's filter of jobs. */
export function saltOf({ outcome, part, set }: Pick<ArchiveKey, 'outcome' | 'part' | 'set'>): string {
  return `${set}.${outcome}.${part}`
}

/** The folder of a day, without the slash at its end. */
export function dayPrefix(day: number): string {
  return `${ARCHIVE}day=${dayName(day)}`
}

/** As in `2026-01-31`. */
export function dayName(day: number): string {
  // oxlint-disable-next-line no-restricted-globals -- calendar arithmetic on a given day
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

function parseDay(name: string | undefined): number | undefined {
  if (name === undefined) return undefined
  // oxlint-disable-next-line no-restricted-globals -- calendar arithmetic on a given day
  const time = Date.parse(`${name}T00:00:00.000Z`)
  return Number.isNaN(time) ? undefined : dayOf(time)
}
