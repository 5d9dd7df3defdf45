import { resolvePolicy, type Backoff } from '@s3sched/executor'
import { describe, isObject, S3SchedError } from '@s3sched/kernel'
import { parseStatistics, RUN_STATUSES, TRIGGERS } from '@s3sched/history/statistics'
import type { Fields } from '@s3sched/store'
import type { JobRecord, LastRun } from './job-record.ts'
import { NO_RUNS } from './compact-record.ts'
import { fillRecord, stringifyDefinition, USUAL_RECORD, USUAL_SPEC } from './stored-record.ts'
import { fillStatistics } from './stored-statistics.ts'

export type ParsedJobRecord =
  | { readonly outcome: 'found'; readonly record: JobRecord }
  | { readonly outcome: 'unreadable'; readonly problem: string }

type Check = (value: unknown) => boolean

/** Far above any real count, and far below the limit of exact integers: a fence may grow by a million at once. */
const MAX_COUNT = 2 ** 52
/** A count, a fence or a duration. */
const isCount: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_COUNT
/** The limit of a concurrency group. */
const isLimit: Check = (value) => isCount(value) && (value as number) <= 100_000
/** Epoch ms that fit into a key of the history. */
const isTick: Check = (value) => isCount(value) && (value as number) <= 9_999_999_999_999
/** Epoch ms that fit into a Date. */
const isInstant: Check = (value) => Number.isFinite(value) && Math.abs(value as number) <= 8.64e15
const isDuration: Check = (value) => Number.isFinite(value) && (value as number) >= 0
const isString: Check = (value) => typeof value === 'string'
const isBoolean: Check = (value) => typeof value === 'boolean'
const isAbsent: Check = (value) => value === undefined
const isNull: Check = (value) => value === null
const isStrings: Check = (value) => Array.isArray(value) && value.every(isString)
const isListOf =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    Array.isArray(value) && value.every((item) => problemIn(item, checks) === undefined)
const fits =
  (checks: Readonly<Record<string, Check>>, usual?: Fields): Check =>
  (value) =>
    problemIn(value, checks, usual) === undefined
/** Checks only the fields present. */
const fitsPartly =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(value).every(([name, field]) => checks[name]?.(field) !== false)
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string)
const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value))

/** The executor throws for an invalid backoff, but too late to tell the cause. */
const isBackoff: Check = (value) => {
  if (value === 'custom' || value === USUAL_SPEC.backoff) return true
  try {
    resolvePolicy({ backoff: value as Backoff })
    return true
  } catch (error) {
    if (error instanceof S3SchedError) return false
    throw error
  }
}

const ATTEMPT: Readonly<Record<string, Check>> = {
  attempt: isCount,
  startedAt: isTick,
  durationMs: isDuration,
  status: oneOf('success', 'failed', 'timeout', 'cancelled'),
  error: either(isAbsent, fits({ name: isString, message: isString })),
}

const RETRY: Readonly<Record<string, Check>> = {
  attempt: isCount,
  error: isString,
  made: either(isAbsent, isListOf(ATTEMPT)),
  delayMs: isDuration,
  notedAt: isInstant,
  released: isBoolean,
}

const PREDECESSOR: Readonly<Record<string, Check>> = {
  runId: isString,
  status: oneOf(...RUN_STATUSES),
  scheduledTime: isInstant,
  error: either(isNull, isString),
}

const RUN: Readonly<Record<string, Check>> = {
  // The ids of the run and of its worker are parts of keys, and so is its tick.
  runId: (value) => typeof value === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(value),
  tick: isTick,
  trigger: oneOf(...TRIGGERS),
  fence: isCount,
  workerId: (value) => typeof value === 'string' && /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,128}$/.test(value),
  instance: isString,
  role: oneOf('leader', 'member'),
  epoch: either(isNull, isCount),
  shards: either(isAbsent, isCount),
  claimedAt: isInstant,
  leaseMs: either(isAbsent, isCount),
  kept: either(isAbsent, isCount),
  makesUpFor: either(isAbsent, isString),
  wasLost: either(isAbsent, isBoolean),
  fields: either(isAbsent, isNull, isObject),
  predecessors: either(isAbsent, (value) => isObject(value) && Object.values(value).every(fits(PREDECESSOR))),
  retry: either(isNull, fits(RETRY)),
}

const PERIOD: Readonly<Record<string, Check>> = {
  schedule: either(isString, isObject),
  timezone: isString,
  since: isInstant,
  until: isInstant,
  lastTick: either(isNull, isInstant),
}

const SPEC: Readonly<Record<string, Check>> = {
  schedule: either(isNull, isString, isObject),
  timezone: isString,
  maxRuns: either(isAbsent, isCount),
  pauseAfterFailures: either(isAbsent, isCount),
  description: isString,
  tags: either(isAbsent, isStrings),
  enabled: isBoolean,
  retries: (value) => isCount(value) && (value as number) <= 100,
  backoff: isBackoff,
  timeout: isCount,
  runOnStart: isBoolean,
  overlap: oneOf('skip', 'queue', 'allow', 'cancel'),
  catchUp: oneOf('none', 'latest', 'all'),
  catchUpWindowMs: isCount,
  jitterMs: (value) => isCount(value) && (value as number) <= 86_400_000,
  after: isStrings,
  afterOn: either(isAbsent, (value) => isObject(value) && Object.values(value).every(oneOf('failure', 'end'))),
  onLost: oneOf('record', 'retry'),
  deadline: isCount,
  priority: (value) => Number.isInteger(value) && Math.abs(value as number) <= 1000,
  group: either(isNull, (value) => isString(value) && (value as string).length >= 1 && (value as string).length <= 128),
  groupLimit: (value) => isLimit(value) && value !== 0,
  groupFleetLimit: isLimit,
}

const OVERRIDE: Readonly<Record<string, Check>> = { against: isString, fields: fitsPartly(SPEC) }

const LAST_RUN: Readonly<Record<string, Check>> = {
  runId: isString,
  fence: isCount,
  status: oneOf(...RUN_STATUSES),
  scheduledTime: isInstant,
  startedAt: either(isNull, isInstant),
  endedAt: isInstant,
  durationMs: isDuration,
  error: either(isNull, isString),
}

const CONSUMED: Readonly<Record<string, Check>> = { runId: isString, fence: isCount, endedAt: isInstant }

const BACKFILL: Readonly<Record<string, Check>> = {
  id: isString,
  from: isTick,
  to: isTick,
  overlap: oneOf('queue', 'allow'),
  after: isInstant,
  claimed: isCount,
}

const RECORD: Readonly<Record<string, Check>> = {
  spec: fits(SPEC, USUAL_SPEC),
  hash: isString,
  override: either(isNull, fits(OVERRIDE)),
  paused: isBoolean,
  pausedFor: either(
    isAbsent,
    fits({ failures: isCount, runId: isString, at: isInstant, error: either(isNull, isString) }),
  ),
  failures: either(isAbsent, isCount),
  removed: isBoolean,
  orphanedAt: either(isNull, isInstant),
  since: isInstant,
  past: either(isAbsent, isListOf(PERIOD)),
  lastTick: either(isNull, isInstant),
  tickRuns: either(isAbsent, isCount),
  claimant: either(isAbsent, isString),
  fence: isCount,
  running: isListOf(RUN),
  lastRun: either(isNull, fits(LAST_RUN)),
  consumed: (value) => isObject(value) && Object.values(value).every(fits(CONSUMED)),
  backfill: either(isAbsent, fits(BACKFILL)),
  backfilledFrom: either(isAbsent, isInstant),
  obeyed: either((value) => value === undefined, isStrings),
  lost: isStrings,
}

/** Checks and reads a record that any writer of the bucket may have written, as JSON of `storeRecord()`. */
export function parseJobRecord(stored: Fields): ParsedJobRecord {
  if (!isObject(stored)) return { outcome: 'unreadable', problem: `expected an object, got ${describe(stored)}` }
  const fields = fillRecord(stored)
  const problem = problemIn(fields, RECORD, USUAL_RECORD)
  if (problem !== undefined) return { outcome: 'unreadable', problem }
  return { outcome: 'found', record: recordOf(fields) }
}

/** The checks of what a definition does not say. */
const { spec: _spec, hash: _hash, ...STATE } = RECORD

/**
 * Reads a record that says what this process would say of the job's definition, without a look at the definition: nearly
 * all of very many records.
 * @param text - the JSON of the record
 * @param defined - the code's definition
 * @returns `undefined` for any other record, and for a record that can't be read
 */
export function readDefinedRecord(
  text: string,
  { hash, spec }: Pick<JobRecord, 'hash' | 'spec'>,
): JobRecord | undefined {
  const head = stringifyDefinition(spec, hash)
  if (!text.startsWith(head) || text[head.length] !== ',') return undefined
  const state = JSON.parse(`{${text.slice(head.length + 1)}`) as Fields
  // The last of several fields with one name counts.
  if (state['spec'] !== undefined || state['hash'] !== undefined) return undefined
  const fields: Fields = { ...USUAL_RECORD, ...state, spec, hash }
  return problemIn(fields, STATE, USUAL_RECORD) === undefined ? recordOf(fields) : undefined
}

function recordOf(fields: Fields): JobRecord {
  const { lastRun, statistics: given } = fields
  const statistics = given === NO_RUNS ? NO_RUNS : parseStatistics(fillStatistics(given, lastRun as LastRun | null))
  return { ...fields, statistics } as unknown as JobRecord
}

/** @param usual - values that were left out in the bucket, and need no check */
function problemIn(value: unknown, checks: Readonly<Record<string, Check>>, usual: Fields = {}): string | undefined {
  if (!isObject(value)) return `expected an object, got ${describe(value)}`
  const fields: Fields = value
  const isWrong = (name: string): boolean => {
    const field = fields[name]
    return (field === undefined || field !== usual[name]) && checks[name]?.(field) === false
  }
  const wrong = Object.keys(checks).find(isWrong)
  return wrong === undefined ? undefined : `its field '${wrong}' is ${describe(fields[wrong])}`
}
