/**
 * Finds out what became of runs that the job's record names and that this process does not have in hand.
 *
 * - A run with a **verdict** (skipped, missed, lost) only lacks its record in the history: the record is written again,
 *   with the same key and content.
 * - A **released** run belongs to no process, although the process that had claimed the run may well be alive.
 * - A leader's run is **alive** while its epoch is the current epoch. A member's run is alive while its member object
 *   is fresh, by the store's own clock, and its process is not known to be gone from this host. The object of another
 *   process with the same worker id tells when the run's process wrote last (ADR 146). No instance touches a
 *   live run, unless the history says that the run has ended. Epochs of different shard counts (a deployment changes
 *   the count) are not comparable: such a run is alive while its leader's own lease is.
 * - Any of these runs may have **ended** without being folded yet: the history is asked before any other conclusion (1
 *   LIST, 1 GET).
 * - A run on a **run lease** is over once the lease has expired, counted from this instance's first sight of the claim,
 *   whatever its leader does.
 * - A run may have waited for its **next attempt**: if the attempt has certainly not started, this instance takes the
 *   run over and goes on.
 * - Otherwise the run is **lost**: the verdict is written by compare-and-swap into the job's record, then into the
 *   history.
 *
 * A run that was declared lost may still end and write its record; the history then shows the run's own record.
 */
import type { Clock } from '@s3sched/kernel'
import { lastWriteOf } from '@s3sched/coordinator'
import type { History } from '@s3sched/history'
import { livenessOf, parseProcessMark, type HostProbe } from '@s3sched/lock'
import { readDocument, type ObjectStore, type ServerClock } from '@s3sched/store'
import {
  effectiveSpec,
  type JobRecord,
  leaseKeyOf,
  type OpenRun,
  type PendingRetry,
  takeOver,
  type Verdict,
} from '@s3sched/jobs'
import type { PreviousTerm } from '../leader/follow-coordinator.ts'
import type { Authority } from './authority.ts'
import { claimantOf } from './claimant.ts'
import { claimOf, isStill, LostRuns, type LostRunsDeps, type MayStart } from './lost-runs.ts'
import { recordOfVerdict } from './run-report.ts'
import type { RecordSightings } from './record-sightings.ts'

export interface RunRecoveryDeps extends LostRunsDeps {
  readonly clock: Clock
  readonly store: ObjectStore
  readonly sightings: RecordSightings
  readonly history: History | undefined
  readonly serverClock: ServerClock
  readonly host: HostProbe
  /** The current epoch of the job's shard as far as this instance knows; `undefined` without a coordinator. */
  readonly knownEpoch: (jobName: string) => number | undefined
  /** The term that the current leader of the job's shard took over. */
  readonly previousTerm: (jobName: string) => PreviousTerm | undefined
  /** The number of shards. */
  readonly shards: number
  readonly leaseTtlMs: number
  /** The history proves nothing about a run older than this, in ms. */
  readonly evidenceMs: number
  /** Called when a run of another process turned out to have ended. Must not throw. */
  readonly onResolved: (jobName: string) => void
}

/** After this many lease times some instance has resolved the run. */
const FORGOTTEN_TTLS = 100
/** The server's times are whole seconds. */
const SLACK_MS = 1000

export class RunRecovery {
  readonly #deps: RunRecoveryDeps
  /** Runs whose claimant seems to be gone, with the time of the first observation, by the monotonic clock. */
  readonly #strangers = new Map<string, number>()
  readonly #lost: LostRuns

  constructor(deps: RunRecoveryDeps) {
    this.#deps = deps
    this.#lost = new LostRuns(deps)
  }

  /**
   * Resolves every run of the record that no process executes any more.
   * @returns whether a run goes on in another process
   */
  async resolve(name: string, record: JobRecord, authority: Authority): Promise<boolean> {
    const { recorder, runs } = this.#deps
    const recorded = recorder.recorded.of(name)
    const isOpen = (run: OpenRun): boolean => run.verdict !== null || !recorded.has(run.runId)
    const open = record.running.filter((run) => !runs.isHere(run.runId) && isOpen(run))
    const dead: OpenRun[] = []
    let runsElsewhere = false
    for (const run of open) {
      if (run.verdict !== null) await this.#tell(name, run, run.verdict, authority)
      else if (run.retry?.released === true || !(await this.#isAlive(name, run, authority))) dead.push(run)
      else if (!(await this.#hasEnded(name, run, authority.signal))) runsElsewhere = true
    }
    // Compared with their fences: another instance may have taken over a released run since.
    const lookedAt = new Set(open.map(claimOf))
    // A run that starts or goes on here must not overlap with a run that goes on elsewhere, or has begun elsewhere
    // since.
    const mayStart = (current: JobRecord): boolean =>
      effectiveSpec(current).overlap === 'allow' ||
      (!runsElsewhere && !runs.foreignRuns(name, current).some((run) => !lookedAt.has(claimOf(run))))
    for (const run of dead) await this.#resolveDead(name, run, authority, mayStart)
    return runsElsewhere
  }

  async #isAlive(name: string, run: OpenRun, authority: Authority): Promise<boolean> {
    const { knownEpoch, leaseTtlMs, shards, store } = this.#deps
    if (this.#leaseLeftMs(name, run) === 0) return false
    // A run that this instance claimed as a member and no longer has in hand is over.
    if (run.role === 'member' && run.workerId === this.#deps.workerId && run.instance === this.#deps.instance)
      return false
    if (run.role === 'leader') {
      if ((run.shards ?? 1) !== shards) return this.#isLed(name, run, authority)
      if (authority.role === 'leader') return (run.epoch ?? 0) > (authority.epoch ?? 0) && this.#isAwaited(run)
      const epoch = knownEpoch(name)
      if (epoch !== undefined) return (run.epoch ?? 0) >= epoch
    }
    const member = await readDocument(store, `workers/${run.workerId}.json`, { signal: authority.signal })
    if (member.outcome !== 'found' && member.outcome !== 'unreadable') return this.#isAwaited(run)
    const { lastModified, serverTime } = member
    const { instance, process, staleAfterMs } = member.outcome === 'found' ? member.fields : {}
    if (instance === run.instance && livenessOf(parseProcessMark(process), this.#deps.host) === 'gone') return false
    if (lastModified === undefined || serverTime === undefined) return true
    if (typeof instance === 'string' && instance !== run.instance) {
      const last = member.outcome === 'found' ? lastWriteOf(run.instance, member.fields) : undefined
      // A time ahead of the store's clock proves nothing: that clock was set back.
      if (last === undefined || last.at > serverTime + SLACK_MS) return this.#isAwaited(run)
      return serverTime - last.at <= (last.staleAfterMs ?? leaseTtlMs) + SLACK_MS
    }
    this.#strangers.delete(run.runId)
    // An unreadable member object was written by some process, and counts as fresh for the lease time of this instance.
    const believedMs = typeof staleAfterMs === 'number' ? staleAfterMs : leaseTtlMs
    return serverTime - lastModified <= believedMs + SLACK_MS
  }

  /**
   * The time in ms until every run of the job that another instance claimed is over by its own run lease; `undefined`
   * when the run leases don't tell. No request.
   */
  othersOverInMs(name: string): number | undefined {
    const { book, runs } = this.#deps
    const record = book.peek(name)
    const left = record === undefined ? [] : runs.foreignRuns(name, record).map((run) => this.#leaseLeftMs(name, run))
    const known = left.filter((ms) => ms !== undefined)
    return known.length > 0 && known.length === left.length ? Math.max(...known) : undefined
  }

  /** The time in ms until a run is certainly over by its run lease; `undefined` for a run without such a lease. */
  #leaseLeftMs(name: string, { leaseMs, retry }: OpenRun): number | undefined {
    const { book, sightings } = this.#deps
    const version = book.versionOf(name)
    if (leaseMs === undefined || retry !== null || version === undefined) return undefined
    return Math.max(0, leaseMs - sightings.ageMs(name, version))
  }

  /** Asks the lease if the claiming leader, under a different shard count, still leads: 1 GET. */
  async #isLed(name: string, run: OpenRun, { signal }: Authority): Promise<boolean> {
    const lease = await readDocument(this.#deps.store, leaseKeyOf(name, run.shards ?? 1), { signal })
    if (lease.outcome === 'missing' || lease.outcome === 'unchanged') return false
    const { fence, state, ttlMs } = lease.outcome === 'found' ? lease.fields : {}
    if (typeof fence === 'number' && (state !== 'held' || fence !== run.epoch)) return false
    const { lastModified, serverTime } = lease
    if (lastModified === undefined || serverTime === undefined) return true
    return serverTime - lastModified <= (typeof ttlMs === 'number' ? ttlMs : this.#deps.leaseTtlMs) + SLACK_MS
  }

  /**
   * Waits for one lease time before a run counts as dead. Two cases:
   * - The run's epoch is later than this leader's own epoch. Epochs only grow, so the lease was deleted. The leader of
   *   the run's epoch lost the lease with the object, and trusts its lease for at most one ttl.
   * - The member object was deleted, or belongs to another process with the same worker id and does not tell when the
   *   run's process wrote last. Either the run's process is gone, or the process lives and shares a worker id by mistake.
   *   A live process writes the object anew at its next heartbeat.
   */
  #isAwaited({ runId }: OpenRun): boolean {
    const { clock, leaseTtlMs } = this.#deps
    const now = clock.monotonic()
    const since = this.#strangers.get(runId)
    if (since !== undefined) return now - since <= leaseTtlMs
    // An expired wait stays in the map, so that a run is not waited for twice: several runs must be found dead in the
    // same pass.
    for (const [other, from] of this.#strangers)
      if (now - from > FORGOTTEN_TTLS * leaseTtlMs) this.#strangers.delete(other)
    this.#strangers.set(runId, now)
    return true
  }

  /** A named run may have ended already: the next writer folds the end. */
  async #hasEnded(name: string, run: OpenRun, signal: AbortSignal): Promise<boolean> {
    const { history, onResolved, recorder } = this.#deps
    const ended = await history?.get(name, run.runId, run.tick, { signal })
    if (ended === undefined) return false
    recorder.recorded.note(ended)
    onResolved(name)
    return true
  }

  /** Looks in the history for the ends of named runs that are not here: 1 LIST per run. */
  async lookForEnds(name: string, record: JobRecord, signal: AbortSignal): Promise<void> {
    for (const run of this.#deps.runs.foreignRuns(name, record)) await this.#hasEnded(name, run, signal)
  }

  /**
   * Only the record of the verdict may be missing. The record of an old verdict was most likely written, and has been
   * deleted by age since.
   */
  async #tell(name: string, run: OpenRun, verdict: Verdict, { signal }: Authority): Promise<void> {
    const { recorder } = this.#deps
    const record = recordOfVerdict(verdict, name, run)
    if (this.#isBeyondEvidence(verdict.decidedAt)) recorder.recorded.note(record)
    else await recorder.record(record, signal)
  }

  async #resolveDead(name: string, run: OpenRun, authority: Authority, mayStart: MayStart): Promise<void> {
    if (await this.#hasEnded(name, run, authority.signal)) return
    const mayGoOn = run.retry !== null && run.fields !== null && this.#hasNotStarted(name, run, run.retry)
    if (mayGoOn) await this.#goOn(name, run, run.retry, authority, mayStart)
    // A missing record proves nothing any more: the run may have ended well, and its record may have been deleted
    // since.
    else if (this.#isBeyondEvidence(Math.max(run.tick, run.claimedAt))) await this.#lost.forget(name, run, authority)
    else await this.#lost.declare(name, run, authority, mayStart)
  }

  #isBeyondEvidence(since: number): boolean {
    const { clock, evidenceMs, serverClock } = this.#deps
    // A clock that is ahead must not make a young run look old.
    return Math.min(clock.now(), serverClock.lowerBound() ?? Infinity) - since > evidenceMs
  }

  /** True if the attempt after the noted attempt has certainly not started. */
  #hasNotStarted(name: string, run: OpenRun, retry: PendingRetry): boolean {
    if (retry.released) return true
    const previous = this.#deps.previousTerm(name)
    if ((run.shards ?? 1) !== this.#deps.shards) return false
    if (run.role !== 'leader' || previous?.renewedAt === undefined || previous.epoch !== run.epoch) return false
    // The old leader's ttl counts: its configuration may differ from this instance's.
    if (previous.ttlMs === undefined) return false
    const trustedUntil = previous.renewedAt + previous.ttlMs + SLACK_MS
    return retry.notedAt + retry.delayMs > trustedUntil
  }

  async #goOn(
    name: string,
    run: OpenRun,
    retry: PendingRetry,
    authority: Authority,
    mayStart: MayStart,
  ): Promise<void> {
    const { book, instance, localJob, logger, runs, serverClock, workerId } = this.#deps
    const job = localJob(name)
    if (job === undefined) return // an instance that has the action goes on with it
    const by = claimantOf(authority, { workerId, instance }, serverClock.sharedNow())
    await runs.show(authority)
    const letGo = runs.hold(run.runId)
    try {
      const taken = await book.update(
        name,
        (record) =>
          isStill(record, run) && mayStart(record) ? { write: takeOver(record, run.runId, by) } : { stop: 'not now' },
        authority.signal,
      )
      const mine = taken.record?.running.find((open) => open.runId === run.runId)
      if (taken.outcome !== 'written' || mine === undefined) return
      logger.info(`goes on with run '${run.runId}' of job '${name}' after attempt ${retry.attempt}`)
      const elapsed = Math.max(0, (serverClock.lowerBound() ?? retry.notedAt) - retry.notedAt)
      const notBeforeMs = Math.max(0, retry.delayMs - elapsed)
      void runs.execute({ job, run: mine, record: taken.record, authority, notBeforeMs })
    } finally {
      letGo()
    }
  }
}
