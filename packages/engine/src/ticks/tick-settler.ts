/**
 * Writes a decision about ticks into the bucket: a claim, or a verdict on ticks that do not run.
 *
 * The decision was made on a record that may have changed meanwhile, so the decision is checked again on the record
 * about to be written: its first tick must still be the first open tick of the schedule in force. A new schedule, a
 * resume or another instance's claim makes the decision void; the engine then decides anew.
 */
import type { Schedule } from '@s3sched/cron'
import { toDate } from '@s3sched/kernel'
import { type JobRecord, type LocalJob, type OpenRun, passTicks, restTicks, type Verdict } from '@s3sched/jobs'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { Authority } from '../runs/authority.ts'
import { refuseTick, type TickRefusal } from '../runs/claim-tick.ts'
import type { ClaimAnswer, ClaimRefusal } from '../runs/claim-under-way.ts'
import { claimantOf } from '../runs/claimant.ts'
import type { TickRequest } from '../runs/claim-request.ts'
import { recordOfVerdict } from '../runs/run-report.ts'
import type { RunService } from '../runs/run-service.ts'
import type { TickDecision } from './decide-tick.ts'

type Env = Pick<EngineEnv, 'events' | 'random' | 'self' | 'serverClock'>

export interface TickSettlerDeps extends Pick<Bucket, 'records' | 'outcomes' | 'schedules'> {
  readonly runs: RunService
}

export class TickSettler {
  readonly #env: Env
  readonly #deps: TickSettlerDeps
  readonly #authority: Authority

  constructor(env: Env, deps: TickSettlerDeps, authority: Authority) {
    this.#env = env
    this.#deps = deps
    this.#authority = authority
  }

  /** Claims the tick. @param answer - its `claimed` is to call {@link begin}, and its `refused` {@link refused} */
  claim(name: string, tick: Pick<TickRequest, 'schedule' | 'tick'>, answer: ClaimAnswer<TickRefusal>): void {
    this.#deps.runs.claims.claimTick(name, { authority: this.#authority, ...tick }, answer)
  }

  /** Begins a claimed run. */
  begin(job: LocalJob, run: OpenRun, record: JobRecord): void {
    this.#deps.runs.execute({ job, run, record, authority: this.#authority })
  }

  refused(jobName: string, tick: number, why: ClaimRefusal<TickRefusal>): void {
    if (why !== 'settled') return
    const reason = 'another instance settled it first'
    const scheduledTime = toDate(tick)
    this.#env.events.announce('plg:scheduler:job-lock_failed', { jobName, scheduledTime, reason })
  }

  /**
   * @param schedule - the schedule of the decision; under another schedule the decision is void
   * @throws the store's error: it is then unknown if the decision landed
   */
  settle(
    job: LocalJob,
    schedule: Schedule,
    decision: Extract<TickDecision, { act: 'skip' | 'miss' | 'rest' }>,
  ): Promise<void> {
    if (decision.act === 'rest') return this.#rest(job.name, schedule, decision)
    if (decision.act === 'skip') {
      const { tick, reason } = decision
      return this.#pass(job.name, schedule, { status: 'skipped', reason, from: tick, to: tick, count: 1 })
    }
    const { from, to, count, reason } = decision
    return this.#pass(job.name, schedule, { status: 'missed', reason, from, to, count })
  }

  #refuses(name: string, record: JobRecord, schedule: Schedule, tick: number): boolean {
    const scheduleOf = (current: JobRecord): Schedule | null => this.#deps.schedules.get(name, current)
    return refuseTick(record, { tick, schedule, scheduleOf }) !== undefined
  }

  /**
   * No instance was meant to run the ticks: the record says that these ticks do not count, and the history has no
   * record of them.
   */
  async #rest(name: string, schedule: Schedule, rest: Extract<TickDecision, { act: 'rest' }>): Promise<void> {
    await this.#deps.records.update(
      name,
      (record) => {
        if (record === undefined || this.#refuses(name, record, schedule, rest.from)) return { stop: 'settled' }
        return { write: restTicks(record, rest) }
      },
      this.#authority.signal,
    )
  }

  /** Settles ticks that do not run: the job's record and the history tell so in one write. */
  async #pass(name: string, schedule: Schedule, ticks: Omit<Verdict, 'decidedAt'>): Promise<void> {
    const { events, random, self, serverClock } = this.#env
    const { outcomes, records } = this.#deps
    const runId = random.id()
    const decidedAt = serverClock.sharedNow()
    const by = claimantOf(this.#authority, self, decidedAt)
    const passed = await records.update(
      name,
      (record) => {
        if (record === undefined || this.#refuses(name, record, schedule, ticks.from)) {
          return { stop: 'settled' }
        }
        const judged = { ...by, runId, tick: ticks.to, trigger: 'schedule', fence: record.fence } as const
        const ended = recordOfVerdict({ ...ticks, decidedAt }, name, judged)
        return { write: passTicks(record, ticks.to, ended), outcomes: outcomes.ofVerdict(ended) }
      },
      this.#authority.signal,
    )
    if (passed.outcome === 'stopped') return
    const { from, to, count, reason, status } = ticks
    if (status === 'skipped') {
      events.announce('plg:scheduler:job-skipped', { jobName: name, scheduledTime: toDate(to), reason })
    } else {
      const range = { from: toDate(from), to: toDate(to), count, reason }
      events.announce('plg:scheduler:job-missed', { jobName: name, ...range })
    }
  }
}
