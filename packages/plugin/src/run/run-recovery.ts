import { toDate } from '@s3sched/kernel'
/**
 * What became of runs that this process does not have in hand, although the job's record names them.
 *
 * - A **verdict** (skipped, missed, lost) only lacks its record: it is written again, with the same key and content.
 * - A leader's run is **alive** while its epoch is the current one; a member's while its member object is fresh, by the
 *   store's own clock. Nobody touches it.
 * - A dead process's run may have **ended**: the history is asked before anything is believed (one LIST, one GET).
 * - It may have waited for its **next attempt**: where that has certainly not started, it is taken over and goes on.
 * - Otherwise it is **lost**: said by compare-and-swap in the job's record first, then in the history.
 *
 * A run that was declared lost may still end and write its record; the history then shows that one.
 */
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { History } from '@s3sched/history'
import { readDocument, type ObjectStore } from '@s3sched/store'
import type { SchedulerEmitter } from '../events.ts'
import type { JobBook } from '../job/job-book.ts'
import { claimRun, judgeLost, takeOver } from '../job/job-changes.ts'
import { effectiveSpec, isActive, type JobRecord, type OpenRun, type PendingRetry } from '../job/job-record.ts'
import type { LocalJob } from '../job/local-job.ts'
import type { ServerClock } from '../server-clock.ts'
import type { PreviousTerm } from '../leader/follow-coordinator.ts'
import type { Authority } from './authority.ts'
import { recordOfVerdict } from './run-report.ts'
import type { RunRecorder } from './run-recorder.ts'
import type { RunService } from './run-service.ts'

export interface RunRecoveryDeps {
  readonly store: ObjectStore
  readonly book: JobBook
  readonly runs: RunService
  readonly recorder: RunRecorder
  readonly history: History | undefined
  readonly events: SchedulerEmitter
  readonly serverClock: ServerClock
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly workerId: string
  readonly localJob: (name: string) => LocalJob | undefined
  /** The epoch that is current as far as this instance knows; `undefined` without a coordinator. */
  readonly knownEpoch: () => number | undefined
  /** The term that the current leader took over. */
  readonly previousTerm: () => PreviousTerm | undefined
  readonly leaseTtlMs: number
}

/** The server's times are whole seconds. */
const SLACK_MS = 1000

export class RunRecovery {
  readonly #deps: RunRecoveryDeps

  constructor(deps: RunRecoveryDeps) {
    this.#deps = deps
  }

  /**
   * Resolves every run of the record that nobody runs any more.
   * @returns whether a run goes on in another process
   */
  async resolve(name: string, record: JobRecord, authority: Authority): Promise<boolean> {
    const { recorder, runs } = this.#deps
    let runsElsewhere = false
    for (const run of record.running) {
      if (runs.isHere(run.runId) || recorder.recorded(name).has(run.runId)) continue
      if (run.verdict !== null) await recorder.record(recordOfVerdict(run.verdict, name, run), authority.signal)
      else if (await this.#isAlive(run, authority)) runsElsewhere = true
      else await this.#resolveDead(name, run, authority)
    }
    return runsElsewhere
  }

  async #isAlive(run: OpenRun, authority: Authority): Promise<boolean> {
    const { knownEpoch, store } = this.#deps
    if (run.role === 'leader') {
      if (authority.role === 'leader') return (run.epoch ?? 0) > (authority.epoch ?? 0)
      const epoch = knownEpoch()
      if (epoch !== undefined) return (run.epoch ?? 0) >= epoch
    }
    const member = await readDocument(store, `workers/${run.workerId}.json`, { signal: authority.signal })
    if (member.outcome !== 'found') return false
    const { lastModified, serverTime } = member
    if (lastModified === undefined || serverTime === undefined) return true
    const { startedAt, staleAfterMs } = member.fields
    const isOfLaterProcess = typeof startedAt === 'number' && startedAt > run.claimedAt
    if (isOfLaterProcess || typeof staleAfterMs !== 'number') return false
    return serverTime - lastModified <= staleAfterMs + SLACK_MS
  }

  async #resolveDead(name: string, run: OpenRun, authority: Authority): Promise<void> {
    const { history, recorder } = this.#deps
    const ended = await history?.get(name, run.runId, run.tick, { signal: authority.signal })
    if (ended !== undefined) recorder.found(ended)
    else if (run.retry !== null && this.#hasNotStarted(run, run.retry))
      await this.#goOn(name, run, run.retry, authority)
    else await this.#declareLost(name, run, authority)
  }

  /** Whether the attempt after the one that is noted has certainly not started where it was noted. */
  #hasNotStarted(run: OpenRun, retry: PendingRetry): boolean {
    if (retry.released) return true
    const previous = this.#deps.previousTerm()
    if (run.role !== 'leader' || previous?.renewedAt === undefined || previous.epoch !== run.epoch) return false
    const trustedUntil = previous.renewedAt + this.#deps.leaseTtlMs + SLACK_MS
    return retry.notedAt + retry.delayMs > trustedUntil
  }

  async #goOn(name: string, run: OpenRun, retry: PendingRetry, authority: Authority): Promise<void> {
    const { book, clock, localJob, logger, runs, serverClock, workerId } = this.#deps
    const job = localJob(name)
    if (job === undefined) return // an instance that has the action goes on with it
    const by = { workerId, role: authority.role, epoch: authority.epoch, claimedAt: clock.now() }
    const taken = await book.update(
      name,
      (record) => (isStill(record, run) ? { write: takeOver(record, run.runId, by) } : { stop: 'gone' }),
      authority.signal,
    )
    const mine = taken.outcome === 'written' ? taken.record.running.find((open) => open.runId === run.runId) : undefined
    if (taken.outcome !== 'written' || mine === undefined) return
    logger.info(`goes on with run '${run.runId}' of job '${name}' after attempt ${retry.attempt}`)
    const elapsed = Math.max(0, (serverClock.lowerBound() ?? retry.notedAt) - retry.notedAt)
    const notBeforeMs = Math.max(0, retry.delayMs - elapsed)
    void runs.execute({ job, run: mine, record: taken.record, authority, notBeforeMs })
  }

  async #declareLost(name: string, run: OpenRun, authority: Authority): Promise<void> {
    const { book, clock, events, localJob, logger, random, recorder, runs, workerId } = this.#deps
    const reason = `its process (${run.workerId}) went away before it ended`
    const job = localJob(name)
    const { epoch, role } = authority
    const again = { ...run, runId: random.id(), workerId, role, epoch, claimedAt: clock.now() }
    const judged = await book.update(
      name,
      (record) => {
        if (!isStill(record, run)) return { stop: 'gone' }
        const lost = judgeLost(record, run.runId, reason, clock.now())
        // Both in one write: a crash must not come between the verdict and the run that makes up for it.
        const retries = job !== undefined && effectiveSpec(record).onLost === 'retry' && isActive(record)
        return { write: retries ? claimRun(lost, again) : lost }
      },
      authority.signal,
    )
    if (judged.outcome !== 'written') return
    logger.warn(`run '${run.runId}' of job '${name}' is lost: ${reason}`)
    const scheduledTime = toDate(run.tick)
    events.announce('plg:scheduler:job-lost', { jobName: name, runId: run.runId, scheduledTime, reason })
    for (const open of judged.record.running) {
      if (open.runId === again.runId && job !== undefined)
        void runs.execute({ job, run: open, record: judged.record, authority })
      if (open.runId !== run.runId || open.verdict === null) continue
      await recorder.record(recordOfVerdict(open.verdict, name, open), authority.signal)
    }
  }
}

/** Whether the record still says of the run what was looked at. */
function isStill(record: JobRecord | undefined, run: OpenRun): record is JobRecord {
  return (
    record?.running.some((open) => open.runId === run.runId && open.fence === run.fence && open.verdict === null) ===
    true
  )
}
