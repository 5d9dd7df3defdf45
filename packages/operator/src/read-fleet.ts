import { wrongArgument } from '@s3sched/kernel'
import type { FleetView } from './fleet-view.ts'
import type { Operator } from './operator.ts'

/**
 * Reads everything: 2 LIST, 1 GET for the leader, and 1 GET for each page of jobs and for each member that has changed
 * since the operator's last read, and for each waiting request.
 * @param now - reads the clock after the store has answered, epoch ms
 */
export async function readFleet(operator: Operator, now: () => number, signal?: AbortSignal): Promise<FleetView> {
  if (typeof (operator as Partial<Operator> | undefined | null)?.jobs !== 'function') {
    throw wrongArgument('readFleet', 'an operator, as createOperator() gives it', operator)
  }
  if (typeof (now as unknown) !== 'function') throw wrongArgument('readFleet', 'a function that tells the time', now)
  const [{ jobs, unreadable }, leader, workers, requests] = await Promise.all([
    operator.jobs(signal),
    operator.leader(),
    operator.workers(),
    operator.requests(signal),
  ])
  return { jobs, unreadable, leader, workers, requests, now: now() }
}
