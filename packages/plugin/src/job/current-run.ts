import { currentRun as contextHere } from '@s3sched/executor'
import type { JobContext } from './job-context.ts'

/** The context of the run whose action calls this, at whatever depth; `undefined` outside of an action. */
export function currentRun(): JobContext | undefined {
  return contextHere() as JobContext | undefined
}
