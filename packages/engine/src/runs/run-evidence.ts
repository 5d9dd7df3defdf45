import type { Clock } from '@s3sched/kernel'
import type { History } from '@s3sched/history'
import { livenessOf, parseProcessMark, type HostProbe, type Liveness } from '@s3sched/lock'
import { readDocument, type ObjectStore, type ReadDocument, type ServerClock } from '@s3sched/store'
import { type JobBook, leaseKeyOf, type OpenRun } from '@s3sched/jobs'
import type { Authority } from './authority.ts'
import { decideLife, type HistoryFact, type RecoveryFacts } from './decide-recovery.ts'
import type { RecordSightings } from './record-sightings.ts'
import { hasOwnLease, runLeaseLeftMs } from './run-lease.ts'
import type { RunRecorder } from './run-recorder.ts'

export interface RunEvidenceDeps {
  readonly clock: Clock
  readonly serverClock: ServerClock
  readonly store: ObjectStore
  readonly workerId: string
  readonly instance: string
  readonly book: Pick<JobBook, 'peek' | 'versionOf'>
  readonly recorder: Pick<RunRecorder, 'recorded'>
  readonly sightings: RecordSightings
  readonly history: History | undefined
  readonly host: HostProbe
  readonly localJob: (name: string) => unknown
  readonly knownEpoch: (jobName: string) => RecoveryFacts['knownEpoch']
  readonly previousTerm: (jobName: string) => RecoveryFacts['previousTerm']
  readonly shards: number
  readonly leaseTtlMs: number
  readonly evidenceMs: number
  /** Called when a run of another process turned out to have ended. Must not throw. */
  readonly onResolved: (jobName: string) => void
}

/** After this many lease times some instance has resolved the run. */
const FORGOTTEN_TTLS = 100

/** Collects the facts for {@link decideRecovery}: from this process at once, from the bucket and the host when asked. */
export class RunEvidence {
  readonly #deps: RunEvidenceDeps
  /** Begin of the wait for a sign of a run's process, by the monotonic clock. */
  readonly #waits = new Map<string, number>()

  constructor(deps: RunEvidenceDeps) {
    this.#deps = deps
  }

  /** The facts that are known without a look-up. */
  of(
    name: string,
    named: Pick<RecoveryFacts, 'run' | 'isHere' | 'isRecorded'>,
    { epoch, role }: Authority,
  ): RecoveryFacts {
    const { evidenceMs, instance, knownEpoch, leaseTtlMs, shards, workerId } = this.#deps
    const self = { workerId, instance, role, epoch }
    const terms = { knownEpoch: knownEpoch(name), shards, leaseTtlMs, evidenceMs }
    return { ...named, self, ...terms, ...this.#current(name, named.run) }
  }

  /** The facts that may have changed since the last look-up. */
  #current(name: string, { runId }: OpenRun): Pick<RecoveryFacts, 'waitedMs' | 'now' | 'previousTerm' | 'hasAction'> {
    const { clock, localJob, previousTerm, serverClock } = this.#deps
    const since = this.#waits.get(runId)
    return {
      waitedMs: since === undefined ? undefined : clock.monotonic() - since,
      now: Math.min(clock.now(), serverClock.lowerBound() ?? Infinity),
      previousTerm: previousTerm(name),
      hasAction: localJob(name) !== undefined,
    }
  }

  /** Adds the life of the run: at most 1 GET. */
  async withLife(name: string, known: RecoveryFacts, signal: AbortSignal): Promise<RecoveryFacts> {
    const { run } = known
    let facts = known
    for (;;) {
      const decision = decideLife({ ...facts, ...this.#current(name, run) })
      if (decision.act === 'find') {
        if (decision.wait === 'end') this.#waits.delete(run.runId)
        if (decision.wait === 'begin') this.#beginWait(run.runId)
        return { ...facts, life: decision.life }
      }
      if (decision.fact === 'leaseLeftMs') facts = { ...facts, leaseLeftMs: this.leaseLeftMs(name, run) ?? Infinity }
      else if (decision.fact === 'process') facts = { ...facts, process: this.#processOf(facts.member) }
      else {
        const key = decision.fact === 'lease' ? leaseKeyOf(name, run.shards ?? 1) : `workers/${run.workerId}.json`
        facts = { ...facts, [decision.fact]: await readDocument(this.#deps.store, key, { signal }) }
      }
    }
  }

  #processOf(member: ReadDocument | undefined): Liveness {
    const mark = member?.outcome === 'found' ? parseProcessMark(member.fields['process']) : undefined
    return livenessOf(mark, this.#deps.host)
  }

  /**
   * Looks in the history for the record of a run: 1 LIST, and 1 GET for a run that has ended. The next writer of the
   * job's record folds the end.
   */
  async look(name: string, run: OpenRun, signal: AbortSignal): Promise<HistoryFact> {
    const { history, onResolved, recorder } = this.#deps
    const ended = await history?.get(name, run.runId, run.tick, { signal })
    if (ended === undefined) return 'has no record'
    recorder.recorded.note(ended)
    onResolved(name)
    return 'has the record'
  }

  /** Adds the answer of the history, and what may have changed meanwhile. */
  withHistory(name: string, facts: RecoveryFacts, history: HistoryFact): RecoveryFacts {
    return { ...facts, ...this.#current(name, facts.run), history }
  }

  #beginWait(runId: string): void {
    const { clock, leaseTtlMs } = this.#deps
    const now = clock.monotonic()
    for (const [other, from] of this.#waits) if (now - from > FORGOTTEN_TTLS * leaseTtlMs) this.#waits.delete(other)
    this.#waits.set(runId, now)
  }

  /** The time in ms until a run is certainly over by its run lease; `undefined` for a run without such a lease. */
  leaseLeftMs(name: string, run: OpenRun): number | undefined {
    const { book, sightings } = this.#deps
    const version = book.versionOf(name)
    if (!hasOwnLease(run) || version === undefined) return undefined
    return runLeaseLeftMs(run, sightings.ageMs(name, version))
  }
}
