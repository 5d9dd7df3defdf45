import { currentRun as contextHere } from '@s3sched/executor'
import type { JobContext } from '@s3sched/jobs'

/** The context of the run whose action calls this function, at any call depth; `undefined` outside of an action. */
export function currentRun(): JobContext | undefined {
  return contextHere() as JobContext | undefined
}
