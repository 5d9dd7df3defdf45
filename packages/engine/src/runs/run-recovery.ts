import { effectiveSpec, type JobRecord, type LocalJob } from '@s3sched/jobs'
import type { RecordCache, SignOf } from '@s3sched/jobs/bucket'
import type { Authority } from './authority.ts'
import { decideRecovery, type RecoveryFacts } from './decide-recovery.ts'
import { claimOf, type LostRuns, type MayStart } from './lost-runs.ts'
import type { RunEvidence } from './run-evidence.ts'
import type { RunService } from './run-service.ts'
import type { RunTakeOvers } from './run-take-overs.ts'

export interface RunRecoveryDeps {
  readonly records: Pick<RecordCache, 'peek'>
  readonly evidence: RunEvidence
  readonly jobs: ReadonlyMap<string, LocalJob>
  readonly lost: LostRuns
  readonly runs: RunService
  readonly takeOvers: RunTakeOvers
}

/** Carries out the decisions of {@link decideRecovery} about the runs that a job's record names. */
export class RunRecovery {
  readonly #deps: RunRecoveryDeps

  constructor(deps: RunRecoveryDeps) {
    this.#deps = deps
  }

  /**
   * Resolves every run of the record that no process executes any more: at most 1 GET for each process with a run.
   * @returns whether a run goes on in another process
   */
  async resolve(name: string, record: JobRecord, authority: Authority): Promise<boolean> {
    const { evidence, runs } = this.#deps
    const gone: RecoveryFacts[] = []
    const look = evidence.looks(authority.signal)
    let runsElsewhere = false
    for (const run of record.running) {
      let facts = evidence.of(name, { run, isHere: runs.inHand.has(run) }, authority)
      const decision = decideRecovery(facts)
      if (decision.act === 'leave') continue
      if (decision.act === 'look-up') facts = await evidence.withLife(name, facts, look)
      if (decideRecovery(facts).act === 'respect') runsElsewhere = true
      else gone.push(facts)
    }
    // Compared with their fences: another instance may have taken over a released run since.
    const unresolved = new Set(gone.map(({ run }) => claimOf(run)))
    // A run that starts or goes on here must not overlap with a run that goes on elsewhere, or has begun elsewhere
    // since, or has given a sign after all.
    const mayStart = (current: JobRecord): boolean =>
      effectiveSpec(current).overlap === 'allow' ||
      (!runsElsewhere && !runs.inHand.foreign(current).some((run) => !unresolved.has(claimOf(run))))
    for (const facts of gone) {
      await this.#end(name, facts, authority, mayStart)
      unresolved.delete(claimOf(facts.run))
    }
    return runsElsewhere
  }

  /** Resolves a run that no process has. */
  async #end(name: string, facts: RecoveryFacts, authority: Authority, mayStart: MayStart): Promise<void> {
    const { evidence, jobs, lost, takeOvers } = this.#deps
    const { run } = facts
    const decision = decideRecovery(evidence.renewed(name, facts))
    const job = jobs.get(name)
    const isOver = (signOf: SignOf): boolean => evidence.isStillOver(facts, signOf)
    if (decision.act === 'declare-lost') await lost.declare(name, run, authority, { isOver, mayStart })
    else if (decision.act === 'go-on' && job !== undefined)
      await takeOvers.takeOver({ job, run, retry: decision.retry }, authority, mayStart)
  }

  /**
   * The time in ms until every run of the job that another instance claimed is over by its own run lease; `undefined`
   * when the run leases don't tell. No request.
   */
  othersOverInMs(name: string): number | undefined {
    const { records, evidence, runs } = this.#deps
    const record = records.peek(name)
    const foreign = record === undefined ? [] : runs.inHand.foreign(record)
    const left = foreign.map((run) => evidence.leaseLeftMs(name, run))
    const known = left.filter((ms) => ms !== undefined)
    return known.length > 0 && known.length === left.length ? Math.max(...known) : undefined
  }
}
