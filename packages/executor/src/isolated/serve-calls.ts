import { messageOf, S3SchedError, toBoundedJson } from '@s3sched/kernel'
import { CancelledError } from '../cancelled-error.ts'
import { callInContext, type RunContext } from '../run-context.ts'
import { type CallMessage, type CallReply, type FromWorker, LOG_LEVELS, type ToWorker } from './messages.ts'
import { packThrown } from './packed-thrown.ts'

/** The worker's end of the channel. */
export interface WorkerChannel {
  /** @throws `DataCloneError` */
  readonly send: (message: FromWorker) => void
  readonly onMessage: (listener: (message: ToWorker) => void) => void
}

type IsolatedAction = (...args: readonly unknown[]) => unknown

interface OpenCall {
  readonly call: number
  readonly controller: AbortController
}

const MAX_FIELDS_BYTES = 2048

/** Executes the calls that come over the channel, one at a time. Never throws: each call ends in one reply. */
export function serveCalls(channel: WorkerChannel): void {
  const databases = new Map<string, Promise<unknown>>()
  let open: OpenCall | undefined

  const run = async (message: CallMessage): Promise<void> => {
    const { call } = message
    const controller = new AbortController()
    open = { call, controller }
    let isSpoiled = true
    try {
      const action = await load(message)
      const database = message.database === undefined ? undefined : await openOnce(databases, message.database)
      isSpoiled = false
      controller.signal.throwIfAborted()
      const context = contextOf(message, channel, controller.signal, database)
      const value = await callInContext(context, () =>
        message.withDatabase ? action(database, context) : action(context),
      )
      sendResult(channel, call, value)
    } catch (thrown) {
      channel.send({ s3sched: 'isolated', type: 'thrown', call, thrown: packThrown(thrown), isSpoiled })
    }
  }

  channel.onMessage((message) => {
    if (message.type === 'call') void run(message)
    else if (message.type === 'end') process.exit()
    else if (open?.call === message.call) open.controller.abort(new CancelledError(message.reason, message.message))
  })
}

async function load({ file, withDatabase }: CallMessage): Promise<IsolatedAction> {
  const shape = withDatabase ? '(database, context) => result' : '(context) => result'
  return (await defaultFunction(file, 'the action', shape)) as IsolatedAction
}

/** The database of this worker: opened once, and again after a failure. */
function openOnce(databases: Map<string, Promise<unknown>>, file: string): Promise<unknown> {
  const known = databases.get(file)
  if (known !== undefined) return known
  const opening = defaultFunction(file, 'the opening of the database', '() => database').then((open) => open())
  databases.set(file, opening)
  opening.catch(() => databases.delete(file))
  return opening
}

async function defaultFunction(file: string, what: string, shape: string): Promise<(...args: never[]) => unknown> {
  const found = defaultOf(await importFile(file))
  if (typeof found === 'function') return found as () => unknown
  throw new S3SchedError(`expected ${file} to have ${what} as its default export, got ${typeof found}`, {
    code: 'INVALID_TASK',
    suggestion: `Write \`export default ${shape}\`, or \`module.exports = ${shape}\` in CommonJS`,
  })
}

/**
 * The default export of an imported module. The default of a CommonJS module is all of its exports, and a compiler puts
 * an `export default` among them.
 */
function defaultOf(module: unknown): unknown {
  const found: unknown = (module as { readonly default?: unknown }).default
  const isCompiled = typeof found === 'object' && found !== null && '__esModule' in found && 'default' in found
  return isCompiled ? found.default : found
}

async function importFile(file: string): Promise<unknown> {
  try {
    return await import(file)
  } catch (thrown) {
    if ((thrown as { readonly code?: unknown } | null)?.code !== 'ERR_UNKNOWN_FILE_EXTENSION') {
      // A syntax error alone does not name its file.
      const told = `${file} can't be loaded: ${messageOf(thrown)}`
      throw new S3SchedError(told, { code: 'INVALID_TASK', retriable: true, cause: thrown })
    }
    throw new S3SchedError(`Node.js can't run ${file} as it is: ${messageOf(thrown)}`, {
      code: 'INVALID_TASK',
      suggestion:
        'Build the file, use Node.js 22.18 or newer for TypeScript, or start this process with a loader (`node --import tsx`), which the worker inherits',
      cause: thrown,
    })
  }
}

function contextOf(
  { call, fields, hasLogger }: CallMessage,
  channel: WorkerChannel,
  signal: AbortSignal,
  database: unknown,
): RunContext {
  const send = (reply: Parameters<typeof stamp>[1]): void => channel.send(stamp(call, reply))
  const logger = Object.fromEntries(
    LOG_LEVELS.map((level) => [
      level,
      (...args: readonly unknown[]) =>
        send({ type: 'logger', level, args: args.map((arg) => toBoundedJson(arg, MAX_FIELDS_BYTES)) }),
    ]),
  )
  return {
    ...(fields as Pick<RunContext, 'runId' | 'attempt' | 'fence'>),
    ...(hasLogger ? { logger } : {}),
    ...(database === undefined ? {} : { database }),
    signal,
    log: (message, more) =>
      send({
        type: 'log',
        message: toBoundedJson(message, MAX_FIELDS_BYTES),
        fields: more === undefined ? undefined : toBoundedJson(more, MAX_FIELDS_BYTES),
      }),
    progress: (value, note) =>
      send({
        type: 'progress',
        value: typeof value === 'number' ? value : String(value),
        note: typeof note === 'string' ? note : undefined,
      }),
  }
}

type Unstamped<Message> = Message extends CallReply ? Omit<Message, 's3sched' | 'call'> : never

function stamp(call: number, reply: Unstamped<CallReply>): FromWorker {
  return { s3sched: 'isolated', call, ...reply }
}

function sendResult(channel: WorkerChannel, call: number, value: unknown): void {
  try {
    channel.send(stamp(call, { type: 'result', value }))
  } catch (thrown) {
    throw new S3SchedError(`the result of the action can't leave its worker: ${messageOf(thrown)}`, {
      code: 'INVALID_RESULT',
      suggestion: 'Return plain data: no functions, no symbols, no open connections',
      cause: thrown,
    })
  }
}
