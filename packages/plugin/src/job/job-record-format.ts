import { describe } from '@s3sched/kernel'
import { parseStatistics } from '@s3sched/history'
import type { Fields } from '@s3sched/store'
import type { JobRecord } from './job-record.ts'

export type ParsedJobRecord =
  | { readonly outcome: 'found'; readonly record: JobRecord }
  | { readonly outcome: 'unreadable'; readonly problem: string }

type Check = (value: unknown) => boolean

const isNumber: Check = (value) => Number.isFinite(value)
const isString: Check = (value) => typeof value === 'string'
const isBoolean: Check = (value) => typeof value === 'boolean'
const isNull: Check = (value) => value === null
const isStrings: Check = (value) => Array.isArray(value) && value.every(isString)
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isRuns: Check = (value) => Array.isArray(value) && value.every((run) => problemIn(run, RUN) === undefined)
const isPeriods: Check = (value) =>
  Array.isArray(value) && value.every((period) => problemIn(period, PERIOD) === undefined)
const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value))

const RUN: Readonly<Record<string, Check>> = {
  runId: isString,
  tick: isNumber,
  trigger: isString,
  fence: isNumber,
  workerId: isString,
  role: either(
    (value) => value === 'leader',
    (value) => value === 'member',
  ),
  epoch: either(isNull, isNumber),
  claimedAt: isNumber,
  retry: either(isNull, isObject),
  verdict: either(isNull, isObject),
}

const PERIOD: Readonly<Record<string, Check>> = {
  schedule: either(isString, isObject),
  timezone: isString,
  since: isNumber,
  until: isNumber,
  lastTick: either(isNull, isNumber),
}

const SPEC: Readonly<Record<string, Check>> = {
  schedule: either(isNull, isString, isObject),
  timezone: isString,
  enabled: isBoolean,
  retries: isNumber,
  timeout: isNumber,
  overlap: isString,
  catchUp: isString,
  catchUpWindowMs: isNumber,
  jitterMs: isNumber,
  after: isStrings,
  onLost: isString,
}

const RECORD: Readonly<Record<string, Check>> = {
  spec: (value) => problemIn(value, SPEC) === undefined,
  hash: isString,
  override: either(isNull, isObject),
  paused: isBoolean,
  removed: isBoolean,
  orphanedAt: either(isNull, isNumber),
  since: isNumber,
  past: either((value) => value === undefined, isPeriods),
  lastTick: either(isNull, isNumber),
  fence: isNumber,
  running: isRuns,
  lastRun: either(isNull, isObject),
  consumed: isObject,
  lost: isStrings,
}

/** Reads a record that anybody may have written. */
export function parseJobRecord(fields: Fields): ParsedJobRecord {
  const problem = problemIn(fields, RECORD)
  if (problem !== undefined) return { outcome: 'unreadable', problem }
  const statistics = parseStatistics(fields['statistics'])
  return { outcome: 'found', record: { ...fields, statistics } as unknown as JobRecord }
}

function problemIn(value: unknown, checks: Readonly<Record<string, Check>>): string | undefined {
  if (!isObject(value)) return `expected an object, got ${describe(value)}`
  const fields = value as Fields
  const wrong = Object.keys(checks).find((name) => checks[name]?.(fields[name]) === false)
  return wrong === undefined ? undefined : `its field '${wrong}' is ${describe(fields[wrong])}`
}
