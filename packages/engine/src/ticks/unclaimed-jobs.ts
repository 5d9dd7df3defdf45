import { toDate } from '@s3sched/kernel'
import type { EngineEnv } from '../engine-env.ts'

/**
 * The active jobs known to an instance without their action. Instances with the action claim their ticks; where there
 * is no such instance, a warning is logged once.
 */
export class UnclaimedJobs {
  readonly #env: Pick<EngineEnv, 'events' | 'logger'>
  /**
   * Each job with its first open tick, `null` without a schedule, and the instant since which the action is known to be
   * missing here.
   */
  readonly #jobs = new Map<string, { readonly tick: number | null; readonly notedAt: number }>()
  /** The jobs that nobody claims, with the longest waiting tick of each. */
  readonly #unserved = new Map<string, number>()
  /** Called after every change of the set of jobs. */
  onChange: () => void = () => undefined

  constructor(env: Pick<EngineEnv, 'events' | 'logger'>) {
    this.#env = env
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

  /** The instant since which the job's action is known to be missing here, epoch ms. */
  notedAt(name: string): number {
    return this.#jobs.get(name)?.notedAt ?? Infinity
  }

  /** Notes a long overdue tick of a freshly read record: no living instance has the action. */
  noteUnserved(name: string, tick: number): void {
    if (this.#unserved.has(name)) return
    this.#unserved.set(name, tick)
    this.onChange()
    const { events, logger } = this.#env
    const since = toDate(tick)
    logger.warn(
      `nobody claims the ticks of job '${name}' since ${since.toISOString()}: no instance that is there has its action. ` +
        'Start one whose code defines it, or remove the job',
      { jobName: name },
    )
    events.announce('plg:scheduler:job-unclaimed', { jobName: name })
  }

  /** Notes the job's first open tick: an instance has claimed the ticks before. */
  noteServed(name: string, openTick: number): void {
    const since = this.#unserved.get(name)
    if (since === undefined || openTick <= since) return
    this.#unserved.delete(name)
    this.onChange()
    this.#env.logger.info(`the ticks of job '${name}' are claimed again`, { jobName: name })
  }

  delete(name: string): void {
    this.#unserved.delete(name)
    if (this.#jobs.delete(name)) this.onChange()
  }
}
