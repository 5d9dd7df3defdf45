import { workerData, parentPort } from 'node:worker_threads'
import { createCoordinator } from '@s3sched/coordinator'

/** A thread that takes part in the election, and renews the lease during any computation of the process. */
const { heartbeatMs, store } = workerData as { readonly store: string; readonly heartbeatMs: number }
const coordinator = createCoordinator(store, {
  workerId: 'thread',
  heartbeatInterval: heartbeatMs,
  skipColdStart: true,
})
// oxlint-disable-next-line require-post-message-target-origin -- a thread is no window, and has no origin
coordinator.on('promoted', () => parentPort?.postMessage('leads'))
await coordinator.start()
parentPort?.on('message', () => {
  void coordinator[Symbol.asyncDispose]().then(() => parentPort?.close())
})
