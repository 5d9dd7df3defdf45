import { type CoreEvents, SchedulerEmitter } from '@s3sched/engine'
import type { Clock, Logger, TypedEmitter } from '@s3sched/kernel'
import type { JobHooks } from './job-hooks.ts'
import type { RunWatchers } from './run-watchers.ts'
import type { SchedulerEvents } from './scheduler-events.ts'
import { toldCompleted, toldFailed, toldStarted } from './told-events.ts'

export interface PluginEmitterDeps {
  readonly clock: Clock
  readonly hooks: JobHooks
  readonly logger: Logger
  /** Hears each event before the listeners. */
  readonly watchers: Pick<RunWatchers, 'hear' | 'heard'>
  /** The scheduler, for observers of several schedulers. */
  readonly scheduler: object
}

/** Adds the fields of an event, and calls the function of the options. */
type Tellers = { readonly [E in keyof CoreEvents]?: (payload: CoreEvents[E]) => CoreEvents[E] }

/**
 * The engine's events as an application hears them: with the fields and under the names that users of s3db.js know, and
 * first for the functions of the options.
 */
export class PluginEmitter extends SchedulerEmitter {
  readonly #hooks: JobHooks
  readonly #tell: Tellers
  readonly #watchers: PluginEmitterDeps['watchers']

  constructor({ clock, hooks, logger, scheduler, watchers }: PluginEmitterDeps) {
    super((error, event) => logger.error(`a listener of '${event}' threw`, { error }), scheduler)
    this.#hooks = hooks
    this.#watchers = watchers
    this.#tell = {
      jobStarted: (run) => hooks.started(toldStarted(run, clock.now())),
      jobCompleted: (run) => hooks.completed(toldCompleted(run)),
      jobFailed: (run) => hooks.failed(toldFailed(run)),
    }
  }

  /** The side of the listeners: the same emitter, by the names and fields that {@link announce} adds. */
  get heard(): TypedEmitter<SchedulerEvents> {
    return this
  }

  /** Takes all listeners off one event, or off all. */
  removeAllListeners(event?: keyof SchedulerEvents): void {
    this.clear(event)
  }

  override isHeard(event: keyof CoreEvents, jobName: string): boolean {
    return this.#hooks.hear(event) || this.#watchers.hear(event, jobName) || super.isHeard(event, jobName)
  }

  override announce<E extends keyof CoreEvents>(event: E, payload: CoreEvents[E]): void {
    const told = this.#tell[event]?.(payload) ?? payload
    this.#watchers.heard(event, told)
    super.announce(event, told)
  }
}
