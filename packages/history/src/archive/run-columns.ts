/**
 * The columns of the archive, and a run as a row of these columns.
 *
 * The columns are for people and their tools: plain names, timestamps, numbers and texts. `result`, `log`, `attempts` and
 * `error` hold JSON. `rest` is for s3sched: JSON of everything that the other columns can't give back exactly, such as
 * fields of a later version and fractions of a millisecond. So each record comes back whole.
 *
 * The schema may only grow: a column keeps its name, type and meaning for ever. Readers pass over columns that they do
 * not know, and read missing columns as empty.
 */
import { isTooDeep } from '@s3sched/store'
import type { AttemptRecord, RunRecord } from '../run-record.ts'

/** The version of the schema in a file's metadata. A new column needs no new version. */
export const SCHEMA_VERSION = 1

export type CellValue = string | number | null

/** The columns in their order, with their kinds: `text`, `time` or `integer`. */
export const COLUMNS = {
  job: 'text',
  run_id: 'text',
  status: 'text',
  /** The tick. */
  scheduled_at: 'time',
  started_at: 'time',
  ended_at: 'time',
  duration_ms: 'integer',
  /** From the tick to the start. */
  lag_ms: 'integer',
  /** Waiting for a slot. */
  queued_ms: 'integer',
  attempt_count: 'integer',
  trigger: 'text',
  worker: 'text',
  epoch: 'integer',
  fence: 'integer',
  error_name: 'text',
  error_message: 'text',
  /** JSON of the whole error, if there is more than name and message. */
  error: 'text',
  reason: 'text',
  /** JSON. */
  result: 'text',
  /** JSON of a list. */
  log: 'text',
  /** JSON of a list; empty when the run had no attempt, or a single attempt without an error. */
  attempts: 'text',
  /** The duration of a single attempt without an error. */
  attempt_ms: 'integer',
  /** The first and the last of several missed ticks, and their number. */
  from_at: 'time',
  to_at: 'time',
  tick_count: 'integer',
  /** JSON of an object. */
  rest: 'text',
} as const

export type ColumnName = keyof typeof COLUMNS

export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly ColumnName[]

/** A file without these columns is no file of the archive. */
export const NEEDED_COLUMNS: readonly ColumnName[] = ['job', 'run_id', 'status', 'scheduled_at']

/** One run, a value for each column; a missing value is empty. */
export type RunRow = Partial<Record<ColumnName, CellValue>>

const FIELDS: Readonly<Record<string, ColumnName>> = {
  job: 'job',
  runId: 'run_id',
  status: 'status',
  scheduledTime: 'scheduled_at',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  durationMs: 'duration_ms',
  lagMs: 'lag_ms',
  queuedMs: 'queued_ms',
  trigger: 'trigger',
  workerId: 'worker',
  epoch: 'epoch',
  fence: 'fence',
  reason: 'reason',
  from: 'from_at',
  to: 'to_at',
  count: 'tick_count',
}

const FIELD_COLUMNS = Object.entries(FIELDS)

const JSON_FIELDS = ['result', 'log'] as const

export function rowOf(run: RunRecord): RunRow {
  const row: RunRow = {}
  const rest: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(run)) {
    const column = FIELDS[field]
    if (value === undefined || OWN_FIELDS.has(field)) continue
    if (column === undefined) rest[field] = value
    else if (isExact(column, value)) row[column] = value
    else {
      rest[field] = value
      if (typeof value === 'number' && Number.isSafeInteger(Math.round(value))) row[column] = Math.round(value)
    }
  }
  for (const field of JSON_FIELDS) if (run[field] !== undefined) row[field] = JSON.stringify(run[field])
  Object.assign(row, attemptsOf(run), errorOf(run))
  if (run.error !== undefined && row.error_name === undefined) rest['error'] = run.error
  if (Object.keys(rest).length > 0) row.rest = JSON.stringify(rest)
  return row
}

const OWN_FIELDS = new Set<string>([...JSON_FIELDS, 'attempts', 'error'])

/** Texts with half a surrogate pair don't survive UTF-8. */
function isExact(column: ColumnName, value: unknown): value is CellValue {
  if (COLUMNS[column] === 'text') return typeof value === 'string' && value.isWellFormed()
  return Number.isSafeInteger(value) && !Object.is(value, -0)
}

function attemptsOf({ attempts, startedAt, status }: RunRecord): RunRow {
  const [only, ...others] = attempts
  if (only === undefined) return { attempt_count: 0 }
  const count = attempts.at(-1)?.attempt ?? 0
  const row: RunRow = { attempt_count: Number.isSafeInteger(count) ? count : attempts.length }
  const isPlain =
    others.length === 0 &&
    only.attempt === 1 &&
    only.startedAt === startedAt &&
    only.status === status &&
    isExact('attempt_ms', only.durationMs) &&
    Object.keys(only).length === 4
  return isPlain ? { ...row, attempt_ms: only.durationMs } : { ...row, attempts: JSON.stringify(attempts) }
}

function errorOf({ error }: RunRecord): RunRow {
  if (error === undefined) return {}
  const { message, name, ...more } = error
  if (!isExact('error_name', name) || !isExact('error_message', message)) return {}
  const row: RunRow = { error_name: name, error_message: message }
  return Object.keys(more).length === 0 ? row : { ...row, error: JSON.stringify(error) }
}

/** The value of a column in one row; nothing for an empty cell. */
export type ReadCell = (name: ColumnName) => CellValue | undefined

/**
 * The reverse of {@link rowOf}, for rows of any writer: the caller checks the record.
 * @throws SyntaxError for broken JSON, and for JSON that is nested too deep
 */
export function runOf(cell: ReadCell): unknown {
  const run: Record<string, unknown> = {}
  for (const [field, column] of FIELD_COLUMNS) {
    const value = cell(column)
    if (value !== undefined && value !== null) run[field] = value
  }
  for (const field of JSON_FIELDS) {
    const text = cell(field)
    if (isText(text)) run[field] = parse(text)
  }
  run['attempts'] = attemptsFrom(cell)
  const [error, name] = [cell('error'), cell('error_name')]
  if (isText(error)) run['error'] = parse(error)
  else if (isText(name)) run['error'] = { name, message: cell('error_message') ?? '' }
  const rest = cell('rest')
  return isText(rest) ? { ...run, ...(parse(rest) as object) } : run
}

function attemptsFrom(cell: ReadCell): unknown {
  const [attempts, durationMs, startedAt] = [cell('attempts'), cell('attempt_ms'), cell('started_at')]
  if (isText(attempts)) return parse(attempts)
  if (typeof durationMs !== 'number' || typeof startedAt !== 'number') return []
  return [{ attempt: 1, startedAt, durationMs, status: cell('status') as AttemptRecord['status'] }]
}

function isText(value: CellValue | undefined): value is string {
  return typeof value === 'string'
}

/** An own key `__proto__` would become a prototype as soon as the object is copied by assignment. */
function parse(text: string): unknown {
  if (isTooDeep(Buffer.from(text))) throw new SyntaxError('it is nested too deep')
  return text.includes('__proto__') || text.includes('\\u')
    ? JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value))
    : JSON.parse(text)
}
