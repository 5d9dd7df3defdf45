import { messageOf, S3SchedError } from '@s3sched/kernel'
import { startProcess } from './process-worker.ts'
import { startThread } from './thread-worker.ts'
import type { IsolatedWorker, IsolationKind, ResourceLimits, WorkerEnd } from './isolated-worker.ts'
import { type CallReply, isFromWorker, type ToWorker } from './messages.ts'
import { unpackThrown } from './packed-thrown.ts'

/** The properties of a worker that a call asks for; workers with equal shapes are exchangeable. */
export interface WorkerShape {
  readonly kind: IsolationKind
  readonly file: string
  readonly database: string | undefined
  readonly limits: ResourceLimits
}

/** A living worker with the shape of its calls. */
export class WorkerSeat {
  readonly shape: WorkerShape
  /** Resolves with the error that tells how the worker ended. */
  readonly ended: Promise<S3SchedError>
  /** Called with each message about a call. */
  onMessage: (message: CallReply) => void = () => {}
  /** Called at the end of the worker, with the error that tells how the worker ended. */
  onEnd: (end: S3SchedError) => void = () => {}
  hasEnded = false

  readonly #worker: IsolatedWorker
  #crash: unknown
  #calls = 0

  constructor(shape: WorkerShape) {
    this.shape = shape
    const start = shape.kind === 'thread' ? startThread : startProcess
    let resolveEnd: ((end: S3SchedError) => void) | undefined
    this.ended = new Promise((resolve) => (resolveEnd = resolve))
    this.#worker = start(shape.limits, {
      onMessage: (message) => this.#hear(message),
      onEnd: (end) => {
        this.hasEnded = true
        const error = endError(shape, { error: this.#crash, ...end })
        this.onEnd(error)
        resolveEnd?.(error)
      },
    })
  }

  /** The number of the next call. */
  nextCall(): number {
    this.#calls += 1
    return this.#calls
  }

  /** @throws `DataCloneError` */
  post(message: ToWorker): void {
    if (!this.hasEnded) this.#worker.post(message)
  }

  kill(): void {
    if (!this.hasEnded) this.#worker.kill()
  }

  #hear(message: unknown): void {
    if (!isFromWorker(message)) return
    if (message.type === 'crash') this.#crash = unpackThrown(message.thrown)
    else this.onMessage(message)
  }
}

function endError({ file, kind, limits }: WorkerShape, { error, exitCode, signal }: WorkerEnd): S3SchedError {
  const isFull = (error as { readonly code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
  const isAborted = signal === 'SIGABRT' || exitCode === 134
  const context = { file, kind, exitCode, signal }
  const fail = (how: string, suggestion?: string): S3SchedError =>
    new S3SchedError(`the ${kind} of the action ${how}`, {
      code: 'WORKER_DIED',
      retriable: true,
      context,
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(error === undefined ? {} : { cause: error }),
    })
  const limit = limits.maxOldGenerationSizeMb
  const has = limit === undefined ? 'the limit of Node.js' : `maxOldGenerationSizeMb: ${limit}`
  const raise = 'Let the action hold less at a time, or raise `resourceLimits`'
  if (isFull) return fail(`ran out of memory (${has})`, raise)
  if (error !== undefined) return fail(`ended by an uncaught error: ${messageOf(error)}`)
  if (isAborted) return fail(`was aborted, most often for want of memory (${has})`, raise)
  if (signal !== null) return fail(`was ended by ${signal}`)
  return fail(`ended with exit code ${exitCode} before the action did`)
}
