/** The program of an isolated worker: takes calls from the channel of its thread or process. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { serveCalls, type WorkerChannel } from './serve-calls.ts'
import { PARENT_FD, programBeside } from './isolated-worker.ts'
import { type FromWorker, type ToWorker } from './messages.ts'
import { packThrown } from './packed-thrown.ts'

function channelOfThread(port: NonNullable<typeof parentPort>): WorkerChannel {
  return {
    // oxlint-disable-next-line require-post-message-target-origin -- a thread is no window, and has no origin
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', (message: ToWorker) => listener(message)),
  }
}

function sendToParent(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => {}) // the parent may be gone
}

function channelOfProcess(): WorkerChannel {
  new Worker(programBeside(import.meta.url, 'orphan-watch'), {
    execArgv: [],
    workerData: PARENT_FD,
    // The watch needs next to nothing, and must not be ended by an action's own memory limits.
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 },
  }).unref()
  process.on('uncaughtExceptionMonitor', (error) =>
    sendToParent({ s3sched: 'isolated', type: 'crash', thrown: packThrown(error) }),
  )
  return {
    send: sendToParent,
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToWorker)),
  }
}

serveCalls(isMainThread || parentPort === null ? channelOfProcess() : channelOfThread(parentPort))
