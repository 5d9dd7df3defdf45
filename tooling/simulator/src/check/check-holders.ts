import type { JobVersion, RunEntry } from './job-versions.ts'

/**
 * Only the holder of a run changes the run's entry, and ends the run: a takeover gives the run another fence. Others may
 * only declare the run lost. A page that was deleted by hand may come back with an earlier claim of a run, and the holder
 * of the last claim ends the run all the same.
 */
export function checkHolders(job: string, versions: readonly JobVersion[]): string[] {
  const holders = new Map<string, string>()
  /** The holders by the last claim of each run. */
  const lastHolders = new Map<string, { readonly fence: number; readonly holder: string }>()
  return versions.flatMap((after, index) => {
    if (after.isDeleted) return []
    const previous = versions[index - 1]
    const before = previous === undefined || previous.isDeleted ? [] : previous.running
    const ended = before.filter(({ runId }) => !after.running.some((run) => run.runId === runId))
    const taken = ended.flatMap(({ fence, runId }) => {
      const holder = holders.get(`${runId} ${fence}`)
      const isLast = lastHolders.get(runId)?.holder === after.client
      if (holder === after.client || isLast || after.lost.includes(runId)) return []
      return [`held: run ${runId} of ${job} was ended by ${after.client}, and ${holder} has it`]
    })
    const changed = after.running.flatMap((run) => {
      const claim = `${run.runId} ${run.fence}`
      const holder = holders.get(claim) ?? after.client
      holders.set(claim, holder)
      if (run.fence >= (lastHolders.get(run.runId)?.fence ?? 0))
        lastHolders.set(run.runId, { fence: run.fence, holder })
      const last = before.find(({ fence, runId }) => runId === run.runId && fence === run.fence)
      if (last === undefined || holder === after.client || stateOf(last) === stateOf(run)) return []
      const when = `at ${Math.round(after.at)} ms`
      return [`held: run ${run.runId} of ${job} was changed by ${after.client} ${when}, and ${holder} has it`]
    })
    return [...taken, ...changed]
  })
}

function stateOf({ epoch, leaseMs, retry, role }: RunEntry): string {
  return JSON.stringify([epoch, leaseMs, retry, role])
}
