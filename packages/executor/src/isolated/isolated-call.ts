/**
 * One call of an action in a worker, from the message with the context until the worker replies or is gone.
 *
 * The abort of the signal goes to the worker, and the action has `graceMs` to end. Then the worker is killed. Either
 * way the call settles only when the action executes no more: nothing goes on behind the back of the executor. Only a
 * thread inside a call of the system (`execSync`, a native addon) can't be ended before that call returns; such a call
 * does not settle, and the executor abandons it.
 */
import { messageOf, S3SchedError, type Logger, type Timers } from '@s3sched/kernel'
import { CancelledError } from '../cancelled-error.ts'
import type { RunContext } from '../run-context.ts'
import { type CallReply, LOG_LEVELS, type PlainFields } from './messages.ts'
import { unpackThrown } from './packed-thrown.ts'
import type { WorkerSeat } from './worker-seat.ts'

export interface CallEnd {
  readonly end:
    | { readonly outcome: 'returned'; readonly value: unknown }
    | { readonly outcome: 'threw'; readonly thrown: unknown }
  /** The worker can take a next call. */
  readonly isReusable: boolean
}

type LastReply = Extract<CallReply, { type: 'result' | 'thrown' }>

/** Never rejects. */
export async function callInWorker(
  seat: WorkerSeat,
  context: RunContext,
  {
    graceMs,
    timers,
    withDatabase,
  }: { readonly graceMs: number; readonly timers: Timers; readonly withDatabase: boolean },
): Promise<CallEnd> {
  const { database: _database, log, logger, progress, signal, ...fields } = context
  const call = seat.nextCall()
  let isKilled = false
  let cancelGrace: (() => void) | undefined
  // A race with the end of the worker would keep each result for as long as the worker lives.
  const lastOfCall = new Promise<LastReply | S3SchedError>((resolve) => {
    seat.onEnd = resolve
    seat.onMessage = (message) => {
      if (message.call !== call) return
      if (message.type === 'log') log(message.message as string, message.fields as PlainFields | undefined)
      else if (message.type === 'progress') progress(message.value as number, message.note)
      else if (message.type === 'logger') (logger as Logger)[message.level](...(message.args as [string, PlainFields]))
      else resolve(message)
    }
  })
  const onAbort = (): void => {
    const { message, reason } = CancelledError.from(signal.reason)
    seat.post({ type: 'abort', call, reason, message })
    cancelGrace = timers.start(graceMs, () => {
      isKilled = true
      seat.kill()
    })
  }
  try {
    const { database, file } = seat.shape
    seat.post({ type: 'call', call, file, database, withDatabase, fields, hasLogger: isLogger(logger) })
  } catch (thrown) {
    return { end: { outcome: 'threw', thrown: unsendable(fields, thrown) }, isReusable: true }
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  const last = await lastOfCall
  signal.removeEventListener('abort', onAbort)
  cancelGrace?.()
  if (last instanceof S3SchedError) {
    return { end: { outcome: 'threw', thrown: signal.aborted ? signal.reason : last }, isReusable: false }
  }
  if (last.type === 'result') return { end: { outcome: 'returned', value: last.value }, isReusable: !isKilled }
  const thrown = unpackThrown(last.thrown)
  return { end: { outcome: 'threw', thrown }, isReusable: !isKilled && !last.isSpoiled }
}

function isLogger(value: unknown): value is Logger {
  return LOG_LEVELS.every((level) => typeof (value as Partial<Logger> | undefined)?.[level] === 'function')
}

/** Names the field that the channel refused. */
function unsendable(fields: PlainFields, thrown: unknown): S3SchedError {
  const name = Object.keys(fields).find((each) => !isCloneable(fields[each]))
  return new S3SchedError(`the field '${name}' of the context can't be sent to the worker: ${messageOf(thrown)}`, {
    code: 'INVALID_TASK',
    suggestion: 'Give an isolated action plain data, and let the file of the action create the rest',
    cause: thrown,
  })
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}
