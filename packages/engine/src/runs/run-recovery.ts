import { effectiveSpec, type JobRecord } from '@s3sched/jobs'
import type { Authority } from './authority.ts'
import { decideRecovery, type RecoveryDecision, type RecoveryFacts } from './decide-recovery.ts'
import { claimOf, LostRuns, type LostRunsDeps, type MayStart } from './lost-runs.ts'
import { RunEvidence, type RunEvidenceDeps } from './run-evidence.ts'
import { recordOfVerdict } from './run-report.ts'
import { takeOverRun } from './take-over-run.ts'

export interface RunRecoveryDeps extends LostRunsDeps, Omit<RunEvidenceDeps, keyof LostRunsDeps> {}

/** Carries out the decisions of {@link decideRecovery} about the runs that a job's record names. */
export class RunRecovery {
  readonly #deps: RunRecoveryDeps
  readonly #evidence: RunEvidence
  readonly #lost: LostRuns

  constructor(deps: RunRecoveryDeps) {
    this.#deps = deps
    this.#evidence = new RunEvidence(deps)
    this.#lost = new LostRuns(deps)
  }

  /**
   * Resolves every run of the record that no process executes any more.
   * @returns whether a run goes on in another process
   */
  async resolve(name: string, record: JobRecord, authority: Authority): Promise<boolean> {
    const { recorder, runs } = this.#deps
    const { signal } = authority
    const recorded = recorder.recorded.of(name)
    const named = record.running.map((run) => {
      return { run, isHere: runs.inHand.has(run.runId), isRecorded: recorded.has(run.runId) }
    })
    const gone: RecoveryFacts[] = []
    // Compared with their fences: another instance may have taken over a released run since.
    const lookedAt = new Set<string>()
    let runsElsewhere = false
    for (const each of named) {
      let facts = this.#evidence.of(name, each, authority)
      const decision = decideRecovery(facts)
      if (decision.act === 'leave') continue
      lookedAt.add(claimOf(each.run))
      if (decision.act === 'tell') {
        await this.#tell(name, facts, decision, authority)
        continue
      }
      if (decision.act === 'look-up' && decision.fact === 'life')
        facts = await this.#evidence.withLife(name, facts, signal)
      if (facts.life !== 'alive') {
        gone.push(facts)
        continue
      }
      const history = await this.#evidence.look(name, each.run, signal)
      if (decideRecovery({ ...facts, history }).act === 'respect') runsElsewhere = true
    }
    // A run that starts or goes on here must not overlap with a run that goes on elsewhere, or has begun elsewhere
    // since.
    const mayStart = (current: JobRecord): boolean =>
      effectiveSpec(current).overlap === 'allow' ||
      (!runsElsewhere && !runs.inHand.foreign(name, current).some((run) => !lookedAt.has(claimOf(run))))
    for (const facts of gone) await this.#end(name, facts, authority, mayStart)
    return runsElsewhere
  }

  async #tell(
    name: string,
    { run }: RecoveryFacts,
    { isOld, verdict }: Extract<RecoveryDecision, { act: 'tell' }>,
    { signal }: Authority,
  ): Promise<void> {
    const { recorder } = this.#deps
    const record = recordOfVerdict(verdict, name, run)
    if (isOld) recorder.recorded.note(record)
    else await recorder.record(record, signal)
  }

  /** Resolves a run that no process has. */
  async #end(name: string, known: RecoveryFacts, authority: Authority, mayStart: MayStart): Promise<void> {
    const { run } = known
    const history = await this.#evidence.look(name, run, authority.signal)
    const decision = decideRecovery(this.#evidence.withHistory(name, known, history))
    const job = this.#deps.localJob(name)
    if (decision.act === 'forget') await this.#lost.forget(name, run, authority)
    else if (decision.act === 'declare-lost') await this.#lost.declare(name, run, authority, mayStart)
    else if (decision.act === 'go-on' && job !== undefined)
      await takeOverRun(this.#deps, { job, run, retry: decision.retry }, authority, mayStart)
  }

  /** Looks in the history for the ends of named runs that are not here: 1 LIST per run. */
  async lookForEnds(name: string, record: JobRecord, signal: AbortSignal): Promise<void> {
    for (const run of this.#deps.runs.inHand.foreign(name, record)) await this.#evidence.look(name, run, signal)
  }

  /**
   * The time in ms until every run of the job that another instance claimed is over by its own run lease; `undefined`
   * when the run leases don't tell. No request.
   */
  othersOverInMs(name: string): number | undefined {
    const { book, runs } = this.#deps
    const record = book.peek(name)
    const foreign = record === undefined ? [] : runs.inHand.foreign(name, record)
    const left = foreign.map((run) => this.#evidence.leaseLeftMs(name, run))
    const known = left.filter((ms) => ms !== undefined)
    return known.length > 0 && known.length === left.length ? Math.max(...known) : undefined
  }
}
