import { checkChanged } from './check-changed.ts'
import { checkLost } from './check-lost.ts'
import { checkOverlap } from './check-overlap.ts'
import { checkStarts } from './check-starts.ts'
import { checkTicks, type TickVerdict } from './check-ticks.ts'
import type { Evidence } from './evidence.ts'

export interface Judgement {
  readonly ticks: readonly TickVerdict[]
  /** The broken promises, one line each; empty when every promise held. */
  readonly problems: readonly string[]
}

export function judge(evidence: Evidence): Judgement {
  const ticks = checkTicks(evidence)
  const problems = [
    ...checkStarts(evidence),
    ...checkOverlap(evidence),
    ...checkLost(evidence),
    ...checkChanged(evidence),
    ...ticks.flatMap((job) => job.problems),
  ]
  return { ticks, problems }
}
