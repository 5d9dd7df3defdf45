import { S3SchedError } from '@s3sched/kernel'

/**
 * - `INVALID_OPTIONS`, `INVALID_ARGUMENT`, `INVALID_ID`, `INVALID_FILTER`, `INVALID_DEFINITION`: what the caller gave,
 *   refused before anything is written
 * - `VALIDATION_FAILED`: a document that breaks its resource's rules; `context.problems` names each field
 * - `NOT_CONNECTED`: before `connect()` or after `disconnect()`
 * - `RESOURCE_NOT_FOUND`, `DOCUMENT_NOT_FOUND`, `PARTITION_NOT_FOUND`, `PLUGIN_NOT_FOUND`: no such thing
 * - `ALREADY_EXISTS`: the id, or the plugin's name, is taken
 * - `CONFLICT`: others changed the same object at each attempt; retriable
 * - `UNKNOWN_OUTCOME`: the store did not say whether a write landed; read the document to find out
 * - `PARTIAL_FAILURE`: some documents of a bulk call were written and some were not; `context` names both
 * - `UNREADABLE`: an object that holds no document of a known format
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

/** Why the database could not do what it was asked. Trouble of the store itself comes as its `StoreError`. */
export class DatabaseError extends S3SchedError<DatabaseErrorCode> {
  static override readonly kind: string = 'DatabaseError'
}
