import { S3SchedError } from '@s3sched/kernel'

/**
 * - `INVALID_OPTIONS`, `INVALID_ARGUMENT`, `INVALID_ID`, `INVALID_FILTER`, `INVALID_DEFINITION`: the caller's input,
 *   refused before any write
 * - `VALIDATION_FAILED`: a document breaks its resource's rules; `context.problems` names every field
 * - `NOT_CONNECTED`: before `connect()` or after `disconnect()`
 * - `RESOURCE_NOT_FOUND`, `DOCUMENT_NOT_FOUND`, `PARTITION_NOT_FOUND`, `PLUGIN_NOT_FOUND`: the named thing does not
 *   exist
 * - `ALREADY_EXISTS`: the id, or the plugin's name, is taken
 * - `CONFLICT`: other writers changed the same object at every attempt; retriable
 * - `UNKNOWN_OUTCOME`: the store did not tell whether a write landed; read the document to find out
 * - `PARTIAL_FAILURE`: some documents of a bulk call were written and some were not; `context` names both
 * - `UNREADABLE`: an object holds no document of a known format
 * - `PLUGIN_FAILED`: a plugin threw in `install`, `start` or `stop`; see `cause`
 */
export type DatabaseErrorCode =
  | 'INVALID_OPTIONS'
  | 'INVALID_ARGUMENT'
  | 'INVALID_ID'
  | 'INVALID_FILTER'
  | 'INVALID_DEFINITION'
  | 'VALIDATION_FAILED'
  | 'NOT_CONNECTED'
  | 'RESOURCE_NOT_FOUND'
  | 'DOCUMENT_NOT_FOUND'
  | 'PARTITION_NOT_FOUND'
  | 'PLUGIN_NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'CONFLICT'
  | 'UNKNOWN_OUTCOME'
  | 'PARTIAL_FAILURE'
  | 'UNREADABLE'
  | 'PLUGIN_FAILED'

/** An error of the database. Failures of the store itself are thrown as `StoreError`. */
export class DatabaseError extends S3SchedError<DatabaseErrorCode> {
  static override readonly kind: string = 'DatabaseError'
}
