import { parentPort } from 'node:worker_threads'
import action from './action.mjs'

/** A job of Bree is a program: each run is a new thread, which ends itself. */
// oxlint-disable-next-line require-post-message-target-origin -- a thread is no window, and has no origin
parentPort?.postMessage(action())
