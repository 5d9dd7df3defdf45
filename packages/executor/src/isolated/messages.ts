/**
 * The messages between a process and its isolated workers. A worker executes one call at a time; each message about a
 * call carries the call's number, so that a late line of an earlier call is dropped.
 */
import type { CancelReason } from '../cancelled-error.ts'
import type { PackedThrown } from './packed-thrown.ts'

/** Fields of a context that can be sent as they are. */
export type PlainFields = Readonly<Record<string, unknown>>

export interface CallMessage {
  readonly type: 'call'
  readonly call: number
  /** The URL of the module whose default export is the action. */
  readonly file: string
  /** The URL of the module whose default export opens the database. */
  readonly database: string | undefined
  /** False if the context is the only argument of the action. */
  readonly withDatabase: boolean
  readonly fields: PlainFields
  /** True if the context has a logger, whose lines then come back as messages. */
  readonly hasLogger: boolean
}

export type ToWorker =
  | CallMessage
  | { readonly type: 'abort'; readonly call: number; readonly reason: CancelReason; readonly message: string }
  | { readonly type: 'end' }

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

type Reply =
  | { readonly type: 'result'; readonly value: unknown }
  /** `isSpoiled`: the module could not be loaded, and Node.js would give the same error again in this worker. */
  | { readonly type: 'thrown'; readonly thrown: PackedThrown; readonly isSpoiled: boolean }
  | { readonly type: 'log'; readonly message: unknown; readonly fields: unknown }
  | { readonly type: 'progress'; readonly value: number | string; readonly note: string | undefined }
  | { readonly type: 'logger'; readonly level: LogLevel; readonly args: readonly unknown[] }

/** A message about a call; a call ends with its `result` or `thrown`. */
export type CallReply = Reply & { readonly s3sched: 'isolated'; readonly call: number }

/** An uncaught error is about to end the worker. */
export interface CrashMessage {
  readonly s3sched: 'isolated'
  readonly type: 'crash'
  readonly thrown: PackedThrown
}

export type FromWorker = CallReply | CrashMessage

/** Everything else on the channel belongs to the action's own code. */
export function isFromWorker(message: unknown): message is FromWorker {
  return typeof message === 'object' && message !== null && (message as Partial<FromWorker>).s3sched === 'isolated'
}
