/**
 * Checks that a run whose action ended is called lost only with a reason. The end of a run may wait `recordWithin` for
 * other writes; a process that is killed meanwhile takes the end with it. A process that stands still, or does not reach
 * the store, can't write the end either. So the process must have died before it had `recordWithin` of time without
 * such trouble after the end of the action.
 *
 * On a machine with more work than cores a write takes seconds without any fault of the plan. A process whose later ends
 * are in the history had its turn, and should have written this end too; a process without a later end gets more time.
 */
import { RECORD_WITHIN_MS } from '../jobs.ts'
import type { ActionEnd } from '../journal.ts'
import type { Life } from '../life.ts'
import { isTrouble } from '../plan.ts'
import type { Evidence } from './evidence.ts'

interface Span {
  readonly from: number
  readonly to: number
}

/** The time of the write itself on a busy machine. */
const WRITE_MS = 1000
/** The same for a process that got nothing written any more. */
const STARVED_MS = 15_000
/** After trouble, a write under way may hang for a third of its ten seconds, and the next one waits up to two more. */
const AFTERMATH_MS = 5500

export function checkLost(evidence: Evidence): string[] {
  const lives = new Map(evidence.lives.map((life) => [life.id, life]))
  const ends = returnsIn(evidence)
  return evidence.bucket.runs.flatMap((run) => {
    const end = run.status === 'lost' ? ends.get(run.runId) : undefined
    const life = end === undefined ? undefined : lives.get(end.life)
    if (end === undefined || life === undefined) return []
    const diedAt = life.to ?? evidence.stoppedAt
    const hadMs = diedAt - end.at - coveredMs({ from: end.at, to: diedAt }, troublesOf(life, evidence))
    const mayWaitMs = life.end === 'kill' ? RECORD_WITHIN_MS : 0
    const mayWriteMs = hasWrittenLater(end, evidence, ends) ? WRITE_MS : STARVED_MS
    if (hadMs <= mayWaitMs + mayWriteMs) return []
    return [`lost: run ${run.runId} of ${run.job} is lost, and ${life.id} had ${hadMs} ms to write the end`]
  })
}

/** The end of the action of each run that returned. After an attempt that threw, the action is called again, or may be. */
function returnsIn({ entries }: Evidence): Map<string, ActionEnd> {
  const ends = entries.filter((entry) => entry.kind === 'end')
  return new Map(ends.flatMap((end) => (end.hasThrown ? [] : [[end.runId, end]])))
}

/** True if the history has a later end of the same process. */
function hasWrittenLater({ at, life }: ActionEnd, { bucket }: Evidence, ends: ReadonlyMap<string, ActionEnd>): boolean {
  return bucket.runs.some(({ runId, status }) => {
    const other = ends.get(runId)
    return status !== 'lost' && other !== undefined && other.life === life && other.at > at
  })
}

function troublesOf({ id, pauses }: Life, { blows }: Evidence): Span[] {
  const cuts = blows.flatMap(({ at, fault, life }): Span[] =>
    (life === id && isTrouble(fault.kind)) || fault.kind === 'server-kill' ? [{ from: at, to: at + fault.forMs }] : [],
  )
  return [...pauses, ...cuts].map(({ from, to }) => ({ from, to: to + AFTERMATH_MS }))
}

/** The time within the span that the troubles cover, which may overlap. */
function coveredMs({ from, to }: Span, troubles: readonly Span[]): number {
  let covered = 0
  let upTo = from
  for (const trouble of troubles.toSorted((a, b) => a.from - b.from)) {
    const [start, end] = [Math.max(upTo, trouble.from), Math.min(to, trouble.to)]
    covered += Math.max(0, end - start)
    upTo = Math.max(upTo, end)
  }
  return covered
}
