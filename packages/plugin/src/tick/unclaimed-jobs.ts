import { toDate, type Logger } from '@s3sched/kernel'
import type { SchedulerEmitter } from '../events.ts'
import type { JobRecord } from '../job/job-record.ts'

export interface UnclaimedJobsDeps {
  readonly events: SchedulerEmitter
  readonly logger: Logger
}

/**
 * The active jobs that an instance knows of and has no action for. Others that have it claim their ticks; where nobody does,
 * that is said once.
 */
export class UnclaimedJobs {
  readonly #deps: UnclaimedJobsDeps
  /** With their first open tick, `null` for a job without a schedule; and since when they are known to be lacking here. */
  readonly #jobs = new Map<string, { readonly tick: number | null; readonly notedAt: number }>()
  /** Those of them that nobody claims, with the tick that has waited for longest. */
  readonly #unserved = new Map<string, number>()
  /** Called when there are others than before. */
  onChange: () => void = () => undefined

  constructor(deps: UnclaimedJobsDeps) {
    this.#deps = deps
  }

  get ticks(): Readonly<Record<string, number | null>> {
    return Object.fromEntries([...this.#jobs].map(([name, { tick }]) => [name, tick]))
  }

  get unserved(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#unserved)
  }

  /** This instance has no action for the job. */
  note(name: string, tick: number | null, now: number): void {
    const known = this.#jobs.get(name)
    this.#jobs.set(name, { tick, notedAt: known?.notedAt ?? now })
    if (known === undefined) this.onChange()
  }

  /** Since when the job is known to be lacking here, epoch ms. */
  notedAt(name: string): number {
    return this.#jobs.get(name)?.notedAt ?? Infinity
  }

  /** The tick was due long ago, and the record was just read: nobody who is there has the action. */
  noteUnserved(name: string, tick: number): void {
    if (this.#unserved.has(name)) return
    this.#unserved.set(name, tick)
    this.onChange()
    const { events, logger } = this.#deps
    const since = toDate(tick)
    logger.warn(
      `nobody claims the ticks of job '${name}' since ${since.toISOString()}: no instance that is there has its action. ` +
        'Start one whose code defines it, or remove the job',
      { jobName: name },
    )
    events.announce('plg:scheduler:job-unclaimed', { jobName: name })
  }

  /** Somebody has claimed its last tick. */
  noteServed(name: string): void {
    if (!this.#unserved.delete(name)) return
    this.onChange()
    this.#deps.logger.info(`the ticks of job '${name}' are claimed again`, { jobName: name })
  }

  delete(name: string): void {
    this.#unserved.delete(name)
    if (this.#jobs.delete(name)) this.onChange()
  }
}

/** A tick of a job that only others have the action of. */
export interface OthersTick {
  readonly record: JobRecord
  readonly tick: number
  /** The record was read for this look. */
  readonly isFresh: boolean
  readonly patience: Patience
  readonly orphanedAt: number
}

/** `none`: it is not known whether others claim the tick. */
export type Patience = 'lasts' | 'over' | 'none'
