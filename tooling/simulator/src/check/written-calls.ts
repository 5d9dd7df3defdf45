import type { ActionCall } from '../action-log.ts'
import type { Evidence } from './evidence.ts'

/** The default of `recordWithin`: the end of a run may wait that long for other writes of its page, ms. */
const RECORD_WITHIN_MS = 2000
/** An end is written this long after the action returned, with the request and one repetition after a conflict, ms. */
export const WRITTEN_MS: number = RECORD_WITHIN_MS + 1000
/** A process is itself again this long after a fault: a request may be under way, and writes may land late, ms. */
const OVER_MS = 10_000

/** The calls whose end must be in the bucket: the action returned, and nothing kept the process from the write. */
export function writtenCalls({ calls, isDisturbed }: Pick<Evidence, 'calls' | 'isDisturbed'>): ActionCall[] {
  return calls.filter(({ endedAt, outcome, process }) => {
    if (outcome !== 'returned' || endedAt === undefined) return false
    return !isDisturbed(process, endedAt - OVER_MS, endedAt + WRITTEN_MS)
  })
}
