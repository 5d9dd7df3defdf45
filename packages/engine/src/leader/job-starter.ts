/**
 * Starts a leader's runs besides the ticks: jobs with `runOnStart`, jobs chained after others, and requested runs.
 *
 * Each start goes through the job's record like a tick, and waits for a run of the job in another process: two runs of
 * one job don't overlap, whatever started each run. A run in this process is the executor's business.
 */
import { messageOf } from '@s3sched/kernel'
import {
  consumePredecessors,
  effectiveSpec,
  isActive,
  type JobRecord,
  type JobSpec,
  obeyRequest,
  type PredecessorRun,
} from '@s3sched/jobs'
import type { RunRequest } from '@s3sched/jobs/bucket'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { Authority } from '../runs/authority.ts'
import { carriedFields } from '../runs/carried-fields.ts'
import { claimUnlessBusy } from '../runs/claim-unless-busy.ts'
import type { Runs } from '../runs/create-runs.ts'
import type { ClaimRequest } from '../runs/claim-request.ts'
import type { ClaimOutcome } from '../runs/run-claims.ts'
import { chainReady } from '../ticks/chain-ready.ts'
import { Backfills, type BackfillsDeps } from './backfills.ts'
import { type StartRule, startsNow } from './decide-promotion.ts'
import type { StartRight } from './start-right.ts'

export interface JobStarterDeps extends BackfillsDeps {
  readonly bucket: Pick<Bucket, 'history' | 'records' | 'requests' | 'schedules'>
  readonly runs: Pick<Runs, 'cancels' | 'recovery' | 'runs'>
  /** The authority for a claim of another shard's job now. */
  readonly authorityOf: (jobName: string) => Authority
}

/**
 * Time after a request to cancel during which the job's record is read often, to see whether the runs are here or over,
 * in ms.
 */
const CANCEL_PATIENCE_MS = 600_000
/** The most jobs looked at in one turn of the event loop. */
const LOOKED_AT_PER_TURN = 5000

/**
 * `settled`: the request is done, or can never be done. `busy`: the request has to wait. `not-here`: another instance
 * has the action, or the run.
 */
type Obedience = 'settled' | 'busy' | 'not-here'

type Ready = (record: JobRecord) => JobRecord['consumed'] | undefined

export class JobStarter {
  readonly #env: EngineEnv
  readonly #deps: JobStarterDeps
  readonly #owns: (jobName: string) => boolean
  readonly #authority: Authority
  readonly #stopping: AbortSignal
  readonly #backfills: Backfills
  /** Jobs with `runOnStart` whose start is done, and is not repeated when other jobs are tried again. */
  readonly #startedOnce = new Set<string>()

  constructor(env: EngineEnv, deps: JobStarterDeps, right: StartRight) {
    const { authority, owns, stopping } = right
    this.#backfills = new Backfills(env, deps, right)
    this.#env = env
    this.#deps = deps
    this.#owns = owns
    this.#authority = authority
    this.#stopping = stopping
  }

  /**
   * Starts the jobs with `runOnStart`, each once in this term.
   * @throws the store's error; the caller tries again then
   */
  async runOnStart(rule: StartRule): Promise<void> {
    const troubles: unknown[] = []
    // The jobs of this moment: a job that is added meanwhile did not wait for the start.
    const names = [...this.#deps.jobs.keys()]
    let looked = 0
    for (const name of names) {
      if (++looked % LOOKED_AT_PER_TURN === 0) await this.#env.clock.sleep(0, this.#stopping)
      if (!this.#owns(name) || this.#startedOnce.has(name) || this.#deps.bucket.records.isWithoutStart(name)) continue
      try {
        await this.#runOnStart(name, rule)
        this.#startedOnce.add(name)
      } catch (error) {
        // An unreadable record must not keep the other jobs from their start.
        troubles.push(error)
      }
    }
    if (troubles.length > 0) throw troubles[0]
  }

  async #runOnStart(name: string, rule: StartRule): Promise<void> {
    const record = await this.#deps.bucket.records.load(name, this.#stopping)
    if (record === undefined || !isActive(record) || !effectiveSpec(record).runOnStart) return
    await this.#start(name, 'start', (current) => (startsNow(rule, current) ? {} : undefined))
  }

  /**
   * Starts the jobs after `predecessor`; all chains without a `predecessor`. A chain may lead from one shard to
   * another: the leaders of both shards evaluate the chain, since the process of the ended run knows best. A job whose
   * own run has ended here is looked at too: the leader of the predecessor's shard could not start it during the run.
   * @throws the store's error
   */
  async evaluateChains(predecessor: string | undefined): Promise<void> {
    const { records } = this.#deps.bucket
    const owns = this.#owns
    for (const name of records.traits.chained) {
      const record = records.peek(name)
      const spec: Pick<JobSpec, 'after' | 'afterOn'> = record === undefined ? { after: [] } : effectiveSpec(record)
      const { after } = spec
      const hasEndedHere = name === predecessor && owns(name) && after.some((each) => !this.#leads(each))
      if (predecessor !== undefined && !after.includes(predecessor) && !hasEndedHere) continue
      if (!owns(name) && !after.some(owns)) continue
      // Another instance may have run a predecessor since: the records count, not this instance's events.
      for (const each of after) {
        if (hasEndedHere && !this.#leads(each)) records.invalidate(each)
        await records.load(each, this.#stopping)
      }
      const ready: Ready = (current) => chainReady(current, spec, (each) => records.peek(each)?.lastRun ?? undefined)
      const consumed = record && ready(record)
      if (consumed === undefined) continue
      const predecessors = await this.#predecessors(consumed)
      // After a further run of a predecessor this claim is refused, and the next evaluation starts the job.
      const isRead: Ready = (current) => {
        const now = ready(current)
        return now !== undefined && after.every((each) => now[each]?.runId === consumed[each]?.runId) ? now : undefined
      }
      await this.#start(name, 'chain', isRead, predecessors)
    }
  }

  /**
   * Claims the next ticks of backfills, as far as possible now, of one job or of all.
   * @returns whether a backfill has to wait
   * @throws the store's error
   */
  advanceBackfills(jobName: string | undefined): Promise<boolean> {
    return this.#backfills.advance(jobName)
  }

  /**
   * Carries out the requests, as far as possible now.
   * @returns whether a request has to wait for a run in another process
   */
  async obey(requests: readonly RunRequest[]): Promise<boolean> {
    const waiting = new Set(requests.map(({ id }) => id))
    let mustWait = false
    for (const request of requests) {
      try {
        const work = request.kind === 'cancel' ? this.#cancel(request) : this.#startRequested(request, waiting)
        if ((await work) === 'busy') mustWait = true
      } catch (error) {
        if (this.#stopping.aborted) throw error
        // A request that can't be obeyed now must not keep later requests waiting.
        this.#report(request, error)
        mustWait = true
      }
    }
    return mustWait
  }

  #report({ jobName, kind }: RunRequest, error: unknown): void {
    const { events, logger } = this.#env
    logger.error(`a request to ${kind} job '${jobName}' could not be obeyed yet: ${messageOf(error)}`, { error })
    events.announce('error', { error, jobName })
  }

  /**
   * A run of another instance is cancelled in the process of the run. The request is deleted when none of its runs is
   * open any more.
   */
  async #cancel(request: RunRequest): Promise<Obedience> {
    const { records, requests: inbox } = this.#deps.bucket
    const { jobName, requestedAt, runs } = request
    if (await inbox.cancel(request, this.#deps.runs.cancels.here)) return 'settled'
    const record = await records.load(jobName, this.#stopping)
    const isOpen = record?.running.some((run) => runs.includes(run.runId)) === true
    if (!isOpen) {
      await inbox.done(request)
      return 'settled'
    }
    return this.#env.serverClock.sharedNow() - requestedAt < CANCEL_PATIENCE_MS ? 'busy' : 'not-here'
  }

  async #startRequested(request: RunRequest, waiting: ReadonlySet<string>): Promise<Obedience> {
    const outcome = await this.#claimRequested(request, waiting)
    if (outcome === 'settled') await this.#deps.bucket.requests.done(request)
    return outcome
  }

  async #claimRequested(
    { fields, id, jobName, requestedAt }: RunRequest,
    waiting: ReadonlySet<string>,
  ): Promise<Obedience> {
    const { bucket, jobs, runs } = this.#deps
    const { records } = bucket
    const job = jobs.get(jobName)
    let record = await records.load(jobName, this.#stopping)
    if (record === undefined || record.removed) {
      // Another instance may have defined the job since this instance read the record.
      records.invalidate(jobName)
      record = await records.load(jobName, this.#stopping)
    }
    if (record === undefined || record.removed) {
      this.#env.logger.warn(`a run of job '${jobName}' was requested, and there is no such job`)
      return 'settled'
    }
    if (job === undefined) return 'not-here'
    const isObeyed = ({ obeyed, running }: JobRecord): boolean =>
      obeyed?.includes(id) === true || running.some((run) => run.runId === id)
    if (isObeyed(record)) return 'settled'
    const authority = this.#authority
    const claimed = await this.#claim(jobName, {
      runId: id,
      tick: requestedAt,
      trigger: 'request',
      authority,
      fields,
      refuse: (current) => (isObeyed(current) ? 'obeyed' : undefined),
      also: (current) => obeyRequest(current, id, waiting),
    })
    if (claimed.outcome === 'refused') return claimed.why === 'obeyed' || claimed.why === 'taken' ? 'settled' : 'busy'
    runs.runs.execute({ job, run: claimed.run, record: claimed.record, authority, fields })
    return 'settled'
  }

  /** True for a job of any shard led by this process. */
  #leads(name: string): boolean {
    return this.#owns(name) || this.#deps.authorityOf(name).role === 'leader'
  }

  /** The runs of the predecessors as the history has them; their results within the limit for an open run. */
  async #predecessors(consumed: JobRecord['consumed']): Promise<Readonly<Record<string, PredecessorRun>>> {
    const { history, records } = this.#deps.bucket
    const found: Record<string, PredecessorRun> = {}
    for (const [name, { runId }] of Object.entries(consumed)) {
      const last = records.peek(name)?.lastRun
      if (last?.runId !== runId) continue
      const { error, scheduledTime, status } = last
      const signal = this.#stopping
      const ended = await history?.get(name, runId, scheduledTime, { signal })
      found[name] = {
        runId,
        status,
        scheduledTime,
        ...(ended?.result === undefined ? {} : { result: ended.result }),
        error,
      }
    }
    return carriedFields(found) === null ? withoutResults(found) : found
  }

  async #start(
    name: string,
    trigger: 'start' | 'chain',
    ready: Ready,
    predecessors?: Readonly<Record<string, PredecessorRun>>,
  ): Promise<void> {
    const { authorityOf, jobs, runs } = this.#deps
    const authority = this.#owns(name) ? this.#authority : authorityOf(name)
    const job = jobs.get(name)
    if (job === undefined || !authority.isTrusted()) return
    const claimed = await this.#claim(name, {
      trigger,
      authority,
      predecessors,
      refuse: (record) => (!isActive(record) || ready(record) === undefined ? 'not-ready' : undefined),
      also: (record) => consumePredecessors(record, ready(record) ?? {}),
    })
    if (claimed.outcome === 'claimed') runs.runs.execute({ job, run: claimed.run, record: claimed.record, authority })
  }

  /** The run of another process is looked for first. */
  #claim<R extends string>(name: string, request: ClaimRequest<R>): Promise<ClaimOutcome<R | 'busy'>> {
    const { bucket, runs } = this.#deps
    const refuse = (record: JobRecord): R | 'unresolved' | undefined =>
      runs.runs.inHand.isBlocked(record) ? 'unresolved' : request.refuse(record)
    return claimUnlessBusy({ records: bucket.records, ...runs }, name, { ...request, refuse }, this.#stopping)
  }
}

function withoutResults(found: Readonly<Record<string, PredecessorRun>>): Readonly<Record<string, PredecessorRun>> {
  return Object.fromEntries(Object.entries(found).map(([name, run]) => [name, withoutResult(run)]))
}

function withoutResult({ error, runId, scheduledTime, status }: PredecessorRun): PredecessorRun {
  return { runId, status, scheduledTime, error }
}
