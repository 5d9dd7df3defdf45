import { JOBS } from '../jobs.ts'
import { wasPaused, type Life } from '../life.ts'
import type { ActionStart } from '../journal.ts'
import { attemptKey, endsIn, nameOf, startsIn, type Evidence } from './evidence.ts'

/** An attempt, from the start to the end or to the end of the process. */
interface Span {
  readonly start: ActionStart
  readonly life: Life
  readonly to: number
}

/**
 * Finds runs of one job at the same time although the job forbids overlap.
 *
 * A paused process can't notice the end of the lease, nor can the action, so overlap with a paused process does not
 * count: fences are for this case. A process that is only cut off does notice, and counts.
 */
export function checkOverlap(evidence: Evidence): string[] {
  const ends = endsIn(evidence)
  const lives = new Map(evidence.lives.map((life) => [life.id, life]))
  const spans = startsIn(evidence).flatMap((start): Span[] => {
    const life = lives.get(start.life)
    return life === undefined ? [] : [{ start, life, to: ends.get(attemptKey(start)) ?? life.to ?? Infinity }]
  })
  return JOBS.flatMap(({ name, overlap }) =>
    overlap === 'allow' ? [] : overlapsAmong(spans.filter(({ start }) => start.job === name)),
  )
}

function overlapsAmong(spans: readonly Span[]): string[] {
  const problems: string[] = []
  for (const [index, earlier] of spans.entries()) {
    for (const later of spans.slice(index + 1)) {
      if (later.start.at >= earlier.to) break
      if (later.start.runId === earlier.start.runId) continue
      const stoodStill = [earlier.life, later.life].some((life) => wasPaused(life, earlier.start.at, later.start.at))
      if (!stoodStill)
        problems.push(`overlap: ${nameOf(later.start)} was started while ${nameOf(earlier.start)} went on`)
    }
  }
  return problems
}
