import { effectiveSpec, type RecordCache, type JobRecord, type LocalJob } from '@s3sched/jobs'
import type { Authority } from './authority.ts'
import { decideRecovery, type RecoveryDecision, type RecoveryFacts } from './decide-recovery.ts'
import { claimOf, type LostRuns, type MayStart } from './lost-runs.ts'
import type { RunEvidence } from './run-evidence.ts'
import type { RunRecorder } from './run-recorder.ts'
import { recordOfVerdict } from './run-report.ts'
import type { RunService } from './run-service.ts'
import type { RunTakeOvers } from './run-take-overs.ts'

export interface RunRecoveryDeps {
  readonly records: Pick<RecordCache, 'peek'>
  readonly evidence: RunEvidence
  readonly jobs: ReadonlyMap<string, LocalJob>
  readonly lost: LostRuns
  readonly recorder: RunRecorder
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
   * Resolves every run of the record that no process executes any more.
   * @returns whether a run goes on in another process
   */
  async resolve(name: string, record: JobRecord, authority: Authority): Promise<boolean> {
    const { evidence, recorder, runs } = this.#deps
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
      let facts = evidence.of(name, each, authority)
      const decision = decideRecovery(facts)
      if (decision.act === 'leave') continue
      lookedAt.add(claimOf(each.run))
      if (decision.act === 'tell') {
        await this.#tell(name, facts, decision, authority)
        continue
      }
      if (decision.act === 'look-up' && decision.fact === 'life') facts = await evidence.withLife(name, facts, signal)
      if (facts.life !== 'alive') {
        gone.push(facts)
        continue
      }
      const history = await evidence.look(name, each.run, signal)
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
    const { evidence, jobs, lost, takeOvers } = this.#deps
    const { run } = known
    const history = await evidence.look(name, run, authority.signal)
    const decision = decideRecovery(evidence.withHistory(name, known, history))
    const job = jobs.get(name)
    if (decision.act === 'forget') await lost.forget(name, run, authority)
    else if (decision.act === 'declare-lost') await lost.declare(name, run, authority, mayStart)
    else if (decision.act === 'go-on' && job !== undefined)
      await takeOvers.takeOver({ job, run, retry: decision.retry }, authority, mayStart)
  }

  /** Looks in the history for the ends of named runs that are not here: 1 LIST per run. */
  async lookForEnds(name: string, record: JobRecord, signal: AbortSignal): Promise<void> {
    const { evidence, runs } = this.#deps
    for (const run of runs.inHand.foreign(name, record)) await evidence.look(name, run, signal)
  }

  /**
   * The time in ms until every run of the job that another instance claimed is over by its own run lease; `undefined`
   * when the run leases don't tell. No request.
   */
  othersOverInMs(name: string): number | undefined {
    const { records, evidence, runs } = this.#deps
    const record = records.peek(name)
    const foreign = record === undefined ? [] : runs.inHand.foreign(name, record)
    const left = foreign.map((run) => evidence.leaseLeftMs(name, run))
    const known = left.filter((ms) => ms !== undefined)
    return known.length > 0 && known.length === left.length ? Math.max(...known) : undefined
  }
}
