/**
 * Claims the ticks of backfills, for a term or a pass.
 *
 * **Authority.** The claim on the job's record, as for every other run: the record has the cursor of the backfill
 * (`jobs/src/record/backfill.ts`), and the claim moves the cursor. So a leader that dies leaves at most one claimed run,
 * which is resolved like any other, and the next leader goes on behind the cursor.
 *
 * **Runs before.** The runs of the range are read once for each backfill and term. Only ticks that are settled for ever
 * are claimed, so the ticks with a run before the backfill stay the same.
 *
 * **Pace.** In order, the next tick is claimed after the end of the run before. At once, some runs are open at a time. A
 * busy job is looked at again at the end of a run here, and at each look at the bucket otherwise.
 */
import type { Schedule } from '@s3sched/cron'
import { readPrunedTo } from '@s3sched/history/segments'
import {
  awaitsSchedule,
  type Backfill,
  effectiveSpec,
  endBackfill,
  type JobRecord,
  knownFrom,
  type LocalJob,
  moveCursor,
  mustWait,
  nextOfBackfill,
} from '@s3sched/jobs'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import { claimUnlessBusy } from '../runs/claim-unless-busy.ts'
import type { Runs } from '../runs/create-runs.ts'
import type { StartRight } from './start-right.ts'

export interface BackfillsDeps {
  readonly bucket: Pick<Bucket, 'history' | 'records' | 'schedules'>
  readonly runs: Pick<Runs, 'recovery' | 'runs'>
  readonly jobs: ReadonlyMap<string, LocalJob>
  readonly claimAheadMs: number
}

interface RunsBefore {
  readonly id: string
  readonly hasRun: (tick: number) => boolean
}

/** The work of one step. `wait`: not now. */
type Step = 'claimed' | 'ended' | 'wait'

export class Backfills {
  readonly #env: Pick<EngineEnv, 'serverClock' | 'store'>
  readonly #deps: BackfillsDeps
  readonly #right: StartRight
  /** By job, for the backfill under way. */
  readonly #before = new Map<string, RunsBefore>()

  constructor(env: Pick<EngineEnv, 'serverClock' | 'store'>, deps: BackfillsDeps, right: StartRight) {
    this.#env = env
    this.#deps = deps
    this.#right = right
  }

  /**
   * Claims what can be claimed now, of one job or of all.
   * @returns whether a backfill has to wait
   * @throws the store's error; the caller tries again then
   */
  async advance(only?: string): Promise<boolean> {
    const { bucket, jobs } = this.#deps
    const { records } = bucket
    const { owns } = this.#right
    let isWaiting = false
    for (const name of records.traits.backfilled) {
      if ((only !== undefined && name !== only) || !owns(name)) continue
      const job = jobs.get(name)
      if (job !== undefined && (await this.#walk(job)) === 'wait') isWaiting = true
    }
    return isWaiting
  }

  /** Claims ticks of one job for as long as nothing is in the way. */
  async #walk(job: LocalJob): Promise<Step> {
    for (;;) {
      const step = await this.#step(job)
      if (step !== 'claimed' || this.#right.stopping.aborted) return step
    }
  }

  async #step(job: LocalJob): Promise<Step> {
    const { bucket, runs } = this.#deps
    const { records, schedules } = bucket
    const { authority, stopping } = this.#right
    const { name } = job
    const record = await records.load(name, stopping)
    if (record?.backfill === undefined || record.removed) return 'ended'
    if (!authority.isTrusted()) return 'wait'
    const { backfill } = record
    const schedule = schedules.show(name, record)
    // Another version may know the schedule.
    if (schedule === null) return effectiveSpec(record).schedule === null ? this.#end(name, backfill) : 'wait'
    if (awaitsSchedule(record, schedule, backfill)) return 'wait'
    const before = await this.#runsBefore(name, record, backfill)
    const tick = nextOfBackfill(backfill, schedule, before.hasRun)
    if (tick === null) return this.#end(name, backfill)
    const isNext = (current: JobRecord): boolean =>
      current.backfill?.id === backfill.id &&
      schedules.show(name, current) === schedule &&
      !awaitsSchedule(current, schedule, current.backfill) &&
      nextOfBackfill(current.backfill, schedule, before.hasRun) === tick
    const claimed = await claimUnlessBusy(
      { records, ...runs },
      name,
      {
        trigger: 'backfill',
        tick,
        authority,
        refuse: (current) => {
          if (current.removed || !isNext(current)) return 'other-tick'
          return this.#refusal(current, schedule, backfill)
        },
        also: (current) => moveCursor(current, tick),
      },
      stopping,
    )
    if (claimed.outcome === 'claimed') {
      runs.runs.execute({ job, run: claimed.run, record: claimed.record, authority })
      return 'claimed'
    }
    return 'wait'
  }

  #refusal(record: JobRecord, schedule: Schedule, backfill: Backfill): 'unresolved' | 'busy' | undefined {
    const dueBy = this.#env.serverClock.tickNow() + this.#deps.claimAheadMs
    if (!mustWait(record, schedule, backfill, dueBy)) return undefined
    // The process of such a run may be gone.
    return this.#deps.runs.runs.inHand.foreign(record).length > 0 ? 'unresolved' : 'busy'
  }

  async #end(name: string, { id }: Backfill): Promise<Step> {
    this.#before.delete(name)
    await this.#deps.bucket.records.update(
      name,
      (record) => {
        const ended = record && endBackfill(record, id)
        return ended === undefined || ended === record ? { stop: 'ended' } : { write: ended }
      },
      this.#right.stopping,
    )
    return 'ended'
  }

  /** The ticks of the range with a run, by the record first, and then by the history. */
  async #runsBefore(name: string, record: JobRecord, { after, id, to }: Backfill): Promise<RunsBefore> {
    const known = this.#before.get(name)
    if (known?.id === id) return known
    const { history } = this.#deps.bucket
    const { store } = this.#env
    const signal = this.#right.stopping
    const ticks = new Set(record.running.filter(({ trigger }) => isOfTick(trigger)).map(({ tick }) => tick))
    const found = history?.runs({ job: name, since: Math.max(0, after), until: to + 1, details: false, signal }) ?? []
    for await (const { scheduledTime, status, trigger } of found) {
      if (isOfTick(trigger) && status !== 'missed' && status !== 'skipped') ticks.add(scheduledTime)
    }
    // Read after the runs: a run may have been pruned in between.
    const prunedTo = await readPrunedTo(store, { signal })
    const unknownTo = prunedTo !== undefined && knownFrom(record) < prunedTo ? prunedTo : -Infinity
    const before = { id, hasRun: (tick: number) => tick <= unknownTo || ticks.has(tick) }
    this.#before.set(name, before)
    return before
  }
}

function isOfTick(trigger: string): boolean {
  return trigger === 'schedule' || trigger === 'backfill'
}
