import type { ActionCall } from '../action-log.ts'
import type { Fault } from '../plan-form.ts'
import type { Evidence } from './evidence.ts'

/** The default of `recordWithin`: the end of a run may wait that long for other writes of its page, ms. */
const RECORD_WITHIN_MS = 2000
/** An end is written this long after the action returned, with the request and one repetition after a conflict, ms. */
export const WRITTEN_MS: number = RECORD_WITHIN_MS + 1000
/** A process is itself again this long after a fault: a request may be under way, and writes may land late, ms. */
const OVER_MS = 10_000

/**
 * The calls whose end must be in the bucket: the action returned, and no fault befell the machine before the end could
 * be written. A clean stop is no such fault, since a stop writes the ends at once.
 */
export function writtenCalls({ calls, plan }: Pick<Evidence, 'calls' | 'plan'>): ActionCall[] {
  return calls.filter(({ endedAt, outcome, process }) => {
    if (outcome !== 'returned' || endedAt === undefined) return false
    return !plan.faults.some((fault) => mayPrevent(fault, process, endedAt))
  })
}

function mayPrevent(fault: Fault, process: string, endedAt: number): boolean {
  // A fault at a write stands in the list once more, from the write on.
  if (fault.kind === 'stop' || fault.kind === 'deploy' || fault.kind === 'atWrite') return false
  const isEverywhere = fault.kind === 'idle' || fault.kind === 'deleteObject'
  if (!isEverywhere && !process.startsWith(`m${fault.machine}.`)) return false
  const lastsMs = 'forMs' in fault ? fault.forMs : 0
  return fault.at <= endedAt + WRITTEN_MS && fault.at + lastsMs >= endedAt - OVER_MS
}
