import { livenessOf, parseProcessMark, type HostProbe, type Liveness } from '@s3sched/lock'
import { afterStep, readDocument, type ReadDocument } from '@s3sched/store'
import { leaseKeyOf, type LocalJob, type OpenRun } from '@s3sched/jobs'
import type { SignOf } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'
import type { Authority } from './authority.ts'
import { decideLife, type RecoveryFacts } from './decide-recovery.ts'
import type { SignSightings } from './sign-sightings.ts'
import { hasOwnLease, runLeaseLeftMs } from './run-lease.ts'

type Env = Pick<EngineEnv, 'clock' | 'self' | 'serverClock' | 'store'>

export interface RunEvidenceDeps {
  readonly sightings: SignSightings
  readonly leaders: LeaderKnowledge
  /** The jobs with an action in this process. */
  readonly jobs: ReadonlyMap<string, LocalJob>
}

/** The instance's knowledge of the leader of a job, without a request. */
export interface LeaderKnowledge {
  /** See {@link RecoveryFacts.knownEpoch}. */
  readonly knownEpoch: (jobName: string) => RecoveryFacts['knownEpoch']
  /** See {@link RecoveryFacts.previousTerm}. */
  readonly previousTerm: (jobName: string) => RecoveryFacts['previousTerm']
}

/** See {@link RecoveryFacts}. */
export interface EvidenceLimits extends Pick<RecoveryFacts, 'shards' | 'leaseTtlMs'> {
  readonly host: HostProbe
}

/** Reads an object of the bucket. @throws the store's error */
type LookUpObject = (key: string) => Promise<ReadDocument>

/** After this many lease times some instance has resolved the run. */
const FORGOTTEN_TTLS = 100

/** Collects the facts for `decideRecovery`: from this process at once, from the bucket and the host when asked. */
export class RunEvidence {
  readonly #env: Env
  readonly #deps: RunEvidenceDeps
  readonly #limits: EvidenceLimits
  /** Begin of the wait for a sign of a run's process, by the monotonic clock. */
  readonly #waits = new Map<string, number>()

  constructor(env: Env, deps: RunEvidenceDeps, limits: EvidenceLimits) {
    this.#env = env
    this.#deps = deps
    this.#limits = limits
  }

  /** The facts that are known without a look-up. */
  of(name: string, named: Pick<RecoveryFacts, 'run' | 'isHere'>, { epoch, role }: Authority): RecoveryFacts {
    const { leaseTtlMs, shards } = this.#limits
    const self = { ...this.#env.self, role, epoch }
    const knownEpoch = this.#deps.leaders.knownEpoch(name)
    return { ...named, self, knownEpoch, shards, leaseTtlMs, ...this.#current(name, named.run) }
  }

  /** The facts that may have changed since the last look-up. */
  #current(name: string, { retry, runId }: OpenRun): Pick<RecoveryFacts, 'waitedMs' | 'previousTerm' | 'hasAction'> {
    const { clock, serverClock } = this.#env
    const { jobs, leaders } = this.#deps
    const since = this.#waits.get(runId)
    const term = leaders.previousTerm(name)
    const step = serverClock.step()
    // The lease may have been read before a step of the store's clock, and the retry noted after it. Two instants from
    // before the step are compared as they are.
    const isAcross = step !== undefined && retry !== null && retry.notedAt > step.at - step.byMs
    const renewedAt = term?.renewedAt && (isAcross ? afterStep(term.renewedAt, step) : term.renewedAt)
    return {
      waitedMs: since === undefined ? undefined : clock.monotonic() - since,
      previousTerm: term && { ...term, renewedAt },
      hasAction: jobs.has(name),
    }
  }

  /** The objects behind the lives of a record's runs: 1 GET each, since a process may have a hundred runs of a job. */
  looks(signal: AbortSignal): LookUpObject {
    const looked = new Map<string, Promise<ReadDocument>>()
    return (key) => {
      const known = looked.get(key) ?? readDocument(this.#env.store, key, { signal })
      looked.set(key, known)
      return known
    }
  }

  /** Adds the life of the run. */
  async withLife(name: string, known: RecoveryFacts, look: LookUpObject): Promise<RecoveryFacts> {
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
        facts = { ...facts, [decision.fact]: await look(key) }
      }
    }
  }

  #processOf(member: ReadDocument | undefined): Liveness {
    const mark = member?.outcome === 'found' ? parseProcessMark(member.fields['process']) : undefined
    return livenessOf(mark, this.#limits.host)
  }

  /** The facts, with what may have changed meanwhile. */
  renewed(name: string, facts: RecoveryFacts): RecoveryFacts {
    return { ...facts, ...this.#current(name, facts.run) }
  }

  #beginWait(runId: string): void {
    const { leaseTtlMs } = this.#limits
    const now = this.#env.clock.monotonic()
    for (const [other, from] of this.#waits) if (now - from > FORGOTTEN_TTLS * leaseTtlMs) this.#waits.delete(other)
    this.#waits.set(runId, now)
  }

  /**
   * True if a verdict by these facts holds on the page about to be changed: a run lease is over only if the last sign
   * there is the one that was waited for.
   */
  isStillOver({ leaseLeftMs, run }: RecoveryFacts, signOf: SignOf): boolean {
    if (leaseLeftMs !== 0 || !hasOwnLease(run)) return true
    return runLeaseLeftMs(run, this.#deps.sightings.ageOf(run.instance, signOf(run.instance))) === 0
  }

  /** The time in ms until a run is certainly over by its run lease; `undefined` for a run without such a lease. */
  leaseLeftMs(name: string, run: OpenRun): number | undefined {
    return hasOwnLease(run) ? runLeaseLeftMs(run, this.#deps.sightings.ageMs(name, run.instance)) : undefined
  }
}
