/**
 * Large parts of a run in an object of their own, so that a page and its segments hold short records alone:
 *
 *     details/<class>/<inverted tick>.<job>.<run id>.<status>.json
 *
 * The details are written before the run enters its page, so a reference always leads somewhere; a crash in between
 * leaves details without a run, and the retention removes such details as it removes all others. The class is the
 * class of the retention (`fine` or `failed`), so that one LIST finds all details that are too old.
 */
import { keyPartOf, toBoundedJson } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import { retentionClassOf, type RetentionClass } from '../retention.ts'
import { invertTime, revertTime } from '../inverted-time.ts'
import { isRunId, type RunName } from '../run-name.ts'
import { encodeRun, type AttemptRecord, type RunRecord } from '../run-record.ts'
import { isRunStatus } from '../run-status.ts'

/** The place of the parts of a run that were taken out; the field `details` of the short record. */
export interface DetailsReference {
  readonly key: string
  /** The fields of the run whose values are in the object. */
  readonly fields: readonly string[]
}

/** A run in two parts. */
export interface SplitRun {
  /** The record for the page, with `details` in place of its large fields. */
  readonly run: RunRecord
  /** `run` as JSON. */
  readonly text: string
  /** The object to write first; `undefined` for a run without large fields. */
  readonly details: { readonly key: string; readonly fields: Fields } | undefined
}

/** A run and the status of its record. */
type EndedRun = RunName & Pick<RunRecord, 'status'>

const DETAILS = 'details/'

/** The size of a field, as JSON in bytes, above which the field is taken out. */
const LARGE_FIELD_BYTES = 2048

const PREVIEW_BYTES = 256
const DETAILS_FILE = /^(\d{13})\.[A-Za-z0-9_.=-]{1,128}\.([A-Za-z0-9_-]{1,128})\.([a-z]+)\.json$/

/** The part of a large field that stays in the record: lists and statistics need no details. */
const PREVIEWS: Readonly<Record<string, (run: RunRecord) => Partial<RunRecord>>> = {
  result: () => ({}),
  log: () => ({}),
  context: () => ({}),
  attempts: ({ attempts }) => ({ attempts: attempts.slice(-1).map(withoutError) }),
  error: ({ error }) =>
    error === undefined ? {} : { error: { name: textPreview(error.name), message: textPreview(error.message) } },
  reason: ({ reason }) => (reason === undefined ? {} : { reason: textPreview(reason) }),
}

/**
 * The record of a run for a page, bounded as in {@link encodeRun}, and its large fields apart.
 * @throws S3SchedError `INVALID_RECORD`
 */
export function splitRun(given: RunRecord): SplitRun {
  const run = encodeRun(given) as unknown as RunRecord
  const whole = { run, text: JSON.stringify(run), details: undefined }
  if (Buffer.byteLength(whole.text) <= LARGE_FIELD_BYTES) return whole
  const large = Object.keys(PREVIEWS).filter((field) => byteLengthOf(fieldOf(run, field)) > LARGE_FIELD_BYTES)
  if (large.length === 0) return whole
  const key = detailsKey(run)
  const short: Record<string, unknown> = { ...run }
  for (const field of large) {
    delete short[field]
    Object.assign(short, PREVIEWS[field]?.(run))
  }
  short['details'] = { key, fields: large } satisfies DetailsReference
  const fields = Object.fromEntries(large.map((field) => [field, fieldOf(run, field)]))
  return { run: short as unknown as RunRecord, text: JSON.stringify(short), details: { key, fields } }
}

/** The reference in a short record; `undefined` for a record that is whole. */
export function detailsOf(run: RunRecord): DetailsReference | undefined {
  const { key, fields } = (fieldOf(run, 'details') ?? {}) as Partial<Record<keyof DetailsReference, unknown>>
  if (typeof key !== 'string' || parseDetailsKey(key) === undefined || !Array.isArray(fields)) return undefined
  return {
    key,
    fields: fields.filter((field) => typeof field === 'string' && Object.hasOwn(PREVIEWS, field)) as string[],
  }
}

/** The whole record again. A field missing in the object keeps the preview. */
export function joinRun(run: RunRecord, details: Fields): RunRecord {
  const { details: _reference, ...short } = run as RunRecord & { readonly details?: unknown }
  const fields = (detailsOf(run)?.fields ?? []).filter((field) => Object.hasOwn(details, field))
  return { ...short, ...Object.fromEntries(fields.map((field) => [field, details[field]])) }
}

export function detailsKey({ job, runId, scheduledTime, status }: EndedRun): string {
  return `${detailsPrefix(retentionClassOf(status))}${invertTime(scheduledTime)}.${keyPartOf(job)}.${runId}.${status}.json`
}

export function detailsPrefix(group: RetentionClass): string {
  return `${DETAILS}${group}/`
}

/** The run of a details object, without the job's name, which a key may hold in part; `undefined` for another object. */
export function parseDetailsKey(key: string): Omit<EndedRun, 'job'> | undefined {
  const [folder, group, file, ...rest] = key.split('/')
  const parts = DETAILS_FILE.exec(file ?? '')
  if (`${folder}/` !== DETAILS || rest.length > 0 || parts === null) return undefined
  const [, inverted = '', runId = '', status] = parts
  if (!isRunStatus(status) || retentionClassOf(status) !== group || !isRunId(runId)) return undefined
  return { runId, scheduledTime: revertTime(inverted), status }
}

/** A marker in place of cut-off attempts stays unchanged. */
function withoutError(attempt: AttemptRecord): AttemptRecord {
  if (typeof attempt !== 'object') return attempt
  const { error: _error, ...short } = attempt
  return short
}

function textPreview(text: string): string {
  return toBoundedJson(text, PREVIEW_BYTES) as string
}

function fieldOf(run: RunRecord, field: string): unknown {
  return (run as unknown as Readonly<Record<string, unknown>>)[field]
}

function byteLengthOf(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value))
}
