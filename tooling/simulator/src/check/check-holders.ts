import type { JobVersion, RunEntry } from './job-versions.ts'

/** Only the holder of a run changes the run's entry: a takeover gives the run another fence. */
export function checkHolders(job: string, versions: readonly JobVersion[]): string[] {
  const holders = new Map<string, string>()
  return versions.flatMap((after, index) => {
    if (after.isDeleted) return []
    const before = versions[index - 1]?.running ?? []
    return after.running.flatMap((run) => {
      const claim = `${run.runId} ${run.fence}`
      const holder = holders.get(claim) ?? after.client
      holders.set(claim, holder)
      const last = before.find(({ fence, runId }) => runId === run.runId && fence === run.fence)
      if (last === undefined || run.verdict !== null || holder === after.client || stateOf(last) === stateOf(run))
        return []
      const when = `at ${Math.round(after.at)} ms`
      return [`held: run ${run.runId} of ${job} was changed by ${after.client} ${when}, and ${holder} has it`]
    })
  })
}

function stateOf({ epoch, leaseMs, retry, role }: RunEntry): string {
  return JSON.stringify([epoch, leaseMs, retry, role])
}
