import { Worker } from 'node:worker_threads'
import { type IsolatedWorker, programBeside, type ResourceLimits, type WorkerEvents } from './isolated-worker.ts'

/** Starts a worker in a thread of this process, with the flags and the environment of the process. */
export function startThread(limits: ResourceLimits, { onEnd, onMessage }: WorkerEvents): IsolatedWorker {
  const thread = new Worker(programBeside(import.meta.url, 'worker-main'), {
    name: 's3sched action',
    resourceLimits: limits,
  })
  let error: unknown
  thread.on('message', onMessage)
  // An uncaught error of the thread, and an empty heap; the exit follows.
  thread.on('error', (thrown) => (error = thrown))
  thread.on('messageerror', (unreadable) => {
    error = unreadable
    void thread.terminate()
  })
  thread.on('exit', (exitCode) => onEnd({ exitCode, signal: null, ...(error === undefined ? {} : { error }) }))
  return {
    // oxlint-disable-next-line require-post-message-target-origin -- a thread is no window, and has no origin
    post: (message) => thread.postMessage(message),
    kill: () => void thread.terminate(),
  }
}
