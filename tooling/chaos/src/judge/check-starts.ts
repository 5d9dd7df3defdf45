/** Checks the starts in the journal: each tick once, each attempt once, fences and epochs growing. */
import { JOBS } from '../jobs.ts'
import type { ActionStart } from '../journal.ts'
import { nameOf, startsIn, type Evidence } from './evidence.ts'

export function checkStarts(evidence: Evidence): string[] {
  const starts = startsIn(evidence)
  return [
    ...checkOnce(starts, evidence.bucket.lost),
    ...JOBS.flatMap(({ name }) => checkFences(starts.filter(({ job }) => job === name))),
    ...checkEpochs(evidence),
    ...checkEnds(evidence),
  ]
}

function checkOnce(starts: readonly ActionStart[], lost: ReadonlySet<string>): string[] {
  const problems: string[] = []
  const attempts = new Map<string, ActionStart>()
  const runsOfTick = new Map<string, Map<string, ActionStart>>()
  for (const start of starts) {
    const attempt = `${start.runId} ${start.attempt}`
    const same = attempts.get(attempt)
    if (same !== undefined) problems.push(`once: ${nameOf(start)} had been started before, by ${same.life}`)
    attempts.set(attempt, start)
    const job = JOBS.find(({ name }) => name === start.job)
    if (job?.periodMs === undefined) continue
    const tick = `${start.job} ${start.tick}`
    const runs = runsOfTick.get(tick) ?? new Map<string, ActionStart>()
    runsOfTick.set(tick, runs.set(start.runId, start))
    // Only a job with `onLost: 'retry'` is run again, and only in place of a run that the bucket calls lost. A run that
    // ends just then may take the verdict back before the write of the verdict; but the replacing run's leader has a
    // later epoch.
    const isExcused = (other: ActionStart): boolean =>
      job.onLost === 'retry' && (lost.has(other.runId) || (other.epoch ?? 0) < (start.epoch ?? 0))
    const unexcused = [...runs.values()].filter((other) => !isExcused(other)).map(({ runId }) => runId)
    if (unexcused.length > 1)
      problems.push(`once: ${nameOf(start)} is not the first run of its tick: ${unexcused.join(', ')}`)
  }
  return problems
}

/** A fence belongs to one run, and a later start has a greater fence. Runs that may overlap may also overtake. */
function checkFences(starts: readonly ActionStart[]): string[] {
  const problems: string[] = []
  const runOfFence = new Map<number, string>()
  const mayOvertake = JOBS.find(({ name }) => name === starts[0]?.job)?.overlap === 'allow'
  let last: ActionStart | undefined
  for (const start of starts) {
    const other = runOfFence.get(start.fence)
    if (other !== undefined && other !== start.runId)
      problems.push(`fence: ${nameOf(start)} has the fence of run ${other}`)
    runOfFence.set(start.fence, start.runId)
    if (!mayOvertake && last !== undefined && start.fence < last.fence) {
      problems.push(`fence: ${nameOf(start)} has fence ${start.fence}, after fence ${last.fence} of ${nameOf(last)}`)
    }
    last = start
  }
  return problems
}

function checkEpochs({ entries }: Evidence): string[] {
  const promotions = entries.filter((entry) => entry.kind === 'leads').toSorted((a, b) => a.at - b.at)
  return promotions.flatMap(({ epoch, life }, index) => {
    const before = promotions[index - 1]
    if (before === undefined || before.epoch < epoch) return []
    return [`epoch: ${life} leads in epoch ${epoch}, after ${before.life} in epoch ${before.epoch}`]
  })
}

function checkEnds({ lives }: Evidence): string[] {
  return lives.flatMap(({ end, id }) => (end === 'crash' ? [`process: ${id} ended by itself`] : []))
}
