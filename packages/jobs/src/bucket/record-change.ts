import type { PageOutcome } from '@s3sched/history/segments'
import type { JobRecord } from '../record/job-record.ts'

/** The result of a change: a new record, with the outcomes that the history gets in the same write; or a reason not to write. */
export type RecordChange<Stop> =
  | { readonly write: JobRecord; readonly outcomes?: readonly PageOutcome[] | undefined }
  | { readonly stop: Stop }

/** See `PageSigns.of`, on the page about to be changed. */
export type SignOf = (instance: string) => string

/** A change of the record in the bucket, `undefined` for none. Must be pure. */
export type ChangeOfRecord<Stop> = (record: JobRecord | undefined, signOf: SignOf) => RecordChange<Stop>
