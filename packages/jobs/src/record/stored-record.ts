/**
 * The JSON of a job's record in its page. Fields with the usual value of a new job are left out, so that the record of a
 * job that never ran has 120 characters instead of 660. A start reads all records, an instance keeps all records,
 * and a commit copies all records of its page.
 *
 * The usual values are a part of the format, and not the defaults of today's options: a change here would give old
 * records another meaning. The fields against a second start of a tick (`since`, `lastTick`, `fence`, `running`) are
 * always written. A record without such a field is unreadable, and not a new record.
 */
import type { JobStatistics } from '@s3sched/history'
import type { Fields } from '@s3sched/store'
import type { JobSpec } from '../definition/job-spec.ts'
import { hasNoRuns, NO_RUNS, NONE, NOTHING } from './compact-record.ts'
import type { JobRecord } from './job-record.ts'

type LeftOut<T, K extends keyof T> = Readonly<Record<string, unknown>> & Pick<T, K>

export const USUAL_SPEC: LeftOut<JobSpec, Exclude<keyof JobSpec, 'schedule'>> = {
  timezone: 'UTC',
  description: '',
  enabled: true,
  retries: 0,
  backoff: 'exponential',
  timeout: 300_000,
  runOnStart: false,
  overlap: 'skip',
  catchUp: 'latest',
  catchUpWindowMs: 86_400_000,
  jitterMs: 0,
  after: NONE,
  onLost: 'record',
  deadline: 0,
  priority: 0,
  group: null,
  groupLimit: 1,
  groupFleetLimit: 0,
}

export const USUAL_RECORD: LeftOut<
  JobRecord,
  'override' | 'paused' | 'removed' | 'orphanedAt' | 'lastRun' | 'consumed' | 'statistics' | 'lost'
> = {
  override: null,
  paused: false,
  removed: false,
  orphanedAt: null,
  lastRun: null,
  consumed: NOTHING,
  statistics: NO_RUNS,
  lost: NONE,
}

/** The record as it is written. */
export function storeRecord(record: JobRecord): Fields {
  const stored = without(record, USUAL_RECORD)
  if (record.statistics !== NO_RUNS && hasNoRuns(record.statistics)) delete stored['statistics']
  stored['spec'] = without(record.spec, USUAL_SPEC)
  return stored
}

/** The JSON of a specification as it is written: few of them are shared by very many records. */
const specTexts = new WeakMap<JobSpec, string>()
/** The begin of the records with a specification, and the hash in it. */
const definitionTexts = new WeakMap<JobSpec, { readonly hash: string; readonly text: string }>()
/** The JSON of statistics: the end of a run writes new ones, and the next claim writes the same once more. */
const statisticsTexts = new WeakMap<JobStatistics, string>()

/** The JSON of `storeRecord()`. */
export function stringifyRecord(record: JobRecord): string {
  const { spec, statistics } = record
  const hasStatistics = statistics !== NO_RUNS && !hasNoRuns(statistics)
  const [before, after] = parted(record)
  const middle = hasStatistics ? `,"statistics":${statisticsText(statistics)}` : ''
  return `{"spec":${specText(spec)}${listed(before)}${middle}${listed(after)}}`
}

/** The begin of the JSON of a record with this definition, up to a comma. */
export function stringifyDefinition(spec: JobSpec, hash: string): string {
  let known = definitionTexts.get(spec)
  if (known?.hash !== hash) {
    known = { hash, text: `{"spec":${specText(spec)},"hash":${JSON.stringify(hash)}` }
    definitionTexts.set(spec, known)
  }
  return known.text
}

/** The JSON of further fields, with a comma before each. */
function listed(fields: Fields): string {
  const text = JSON.stringify(fields)
  return text === '{}' ? '' : `,${text.slice(1, -1)}`
}

/** The fields of a record that are written, before and after the statistics. */
function parted(record: JobRecord): readonly [before: Fields, after: Fields] {
  const fields = record as unknown as Fields
  const before: Record<string, unknown> = {}
  const after: Record<string, unknown> = {}
  let part = before
  for (const name in fields) {
    if (name === 'statistics') part = after
    else if (name !== 'spec' && !isLeftOut(fields[name], USUAL_RECORD[name])) part[name] = fields[name]
  }
  return [before, after]
}

function specText(spec: JobSpec): string {
  let text = specTexts.get(spec)
  if (text === undefined) specTexts.set(spec, (text = JSON.stringify(without(spec, USUAL_SPEC))))
  return text
}

function statisticsText(statistics: JobStatistics): string {
  let text = statisticsTexts.get(statistics)
  if (text === undefined) statisticsTexts.set(statistics, (text = JSON.stringify(statistics)))
  return text
}

/** The fields of a record as written, with the fields that were left out. Nothing is checked. */
export function fillRecord(stored: Fields): Fields {
  const { spec } = stored
  const isSpec = typeof spec === 'object' && spec !== null && !Array.isArray(spec)
  return { ...USUAL_RECORD, ...stored, spec: isSpec ? { schedule: undefined, ...USUAL_SPEC, ...spec } : spec }
}

/** Called for each written record: `Object.entries` would make a list for each field, and `Object.keys` one. */
function without(value: object, leftOut: Fields): Record<string, unknown> {
  const fields = value as Fields
  const stored: Record<string, unknown> = {}
  for (const name in fields) {
    if (!isLeftOut(fields[name], leftOut[name])) stored[name] = fields[name]
  }
  return stored
}

function isLeftOut(field: unknown, usual: unknown): boolean {
  if (field === usual) return true
  if (typeof usual !== 'object' || typeof field !== 'object' || usual === null || field === null) return false
  return usual !== NO_RUNS && Object.keys(field).length === 0 && Object.keys(usual).length === 0
}
