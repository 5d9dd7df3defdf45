/**
 * The JSON of a job's record in its page. Fields with the usual value of a new job are left out, so that the record of a
 * job that never ran has 120 characters instead of 660. A start reads all records, an instance keeps all records,
 * and a commit copies all records of its page.
 *
 * The usual values are a part of the format, and not the defaults of today's options: a change here would give old
 * records another meaning. The fields against a second start of a tick (`since`, `lastTick`, `fence`, `running`) are
 * always written. A record without such a field is unreadable, and not a new record.
 */
import { isObject } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import type { JobSpec } from '../definition/job-spec.ts'
import { hasNoRuns, NO_RUNS, NONE, NOTHING } from './compact-record.ts'
import type { JobRecord } from './job-record.ts'
import { storeStatistics } from './stored-statistics.ts'

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

/** A specification as it is written: few of them are shared by very many records. */
const storedSpecs = new WeakMap<JobSpec, Fields>()
/** The begin of the records with a specification, and the hash in it. */
const definitionTexts = new WeakMap<JobSpec, { readonly hash: string; readonly text: string }>()

/** The record as it is written, with its definition first. */
export function storeRecord(record: JobRecord): Fields {
  const stored = without(record, USUAL_RECORD, { spec: undefined, hash: undefined })
  stored['spec'] = storeSpec(record.spec)
  if (record.statistics === NO_RUNS) return stored
  if (hasNoRuns(record.statistics)) delete stored['statistics']
  else stored['statistics'] = storeStatistics(record)
  return stored
}

/** The begin of the JSON of a record with this definition, up to a comma. */
export function stringifyDefinition(spec: JobSpec, hash: string): string {
  let known = definitionTexts.get(spec)
  if (known?.hash !== hash) {
    known = { hash, text: JSON.stringify({ spec: storeSpec(spec), hash }).slice(0, -1) }
    definitionTexts.set(spec, known)
  }
  return known.text
}

function storeSpec(spec: JobSpec): Fields {
  let stored = storedSpecs.get(spec)
  if (stored === undefined) storedSpecs.set(spec, (stored = without(spec, USUAL_SPEC)))
  return stored
}

/** The fields of a record as written, with the fields that were left out. Nothing is checked. */
export function fillRecord(stored: Fields): Fields {
  const { spec } = stored
  return { ...USUAL_RECORD, ...stored, spec: isObject(spec) ? { schedule: undefined, ...USUAL_SPEC, ...spec } : spec }
}

/**
 * Called for each written record: `Object.entries` would make a list for each field, and `Object.keys` one.
 * @param stored - gets the fields; those that it has stay first
 */
function without(value: object, leftOut: Fields, stored: Record<string, unknown> = {}): Record<string, unknown> {
  const fields = value as Fields
  for (const name in fields) {
    if (!isLeftOut(fields[name], leftOut[name])) stored[name] = fields[name]
  }
  return stored
}

function isLeftOut(field: unknown, usual: unknown): boolean {
  if (field === usual) return true
  if (typeof usual !== 'object' || typeof field !== 'object' || usual === null || field === null) return false
  return isEmpty(field) && isEmpty(usual)
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false
  return true
}
