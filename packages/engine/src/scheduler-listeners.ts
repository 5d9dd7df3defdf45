import { inScheduler } from '@s3sched/jobs'
import type { Listener } from '@s3sched/kernel'
import type { EventOf } from './event-of.ts'
import type { SchedulerEmitter, SchedulerEvents } from './events.ts'

/**
 * The methods of a scheduler for the listeners of its events, as an emitter of Node.js has them.
 * @typeParam Jobs - the jobs that the compiler knows
 */
export abstract class SchedulerListeners<Jobs> {
  /** The emitter of the scheduler. */
  protected abstract get emitter(): SchedulerEmitter

  /**
   * Adds a listener, once each. An error of a listener is logged.
   * @throws SchedulerError `INVALID_ARGUMENT` for an unknown event, and for a listener that is no function
   */
  on<E extends keyof SchedulerEvents>(event: E, listener: Listener<EventOf<Jobs, E>>): this {
    return this.#listen('on', event, listener)
  }

  /** Adds a listener for the next event of this name alone. @throws as {@link on} */
  once<E extends keyof SchedulerEvents>(event: E, listener: Listener<EventOf<Jobs, E>>): this {
    return this.#listen('once', event, listener)
  }

  /** Takes a listener off. @throws SchedulerError `INVALID_ARGUMENT` for an unknown event */
  off<E extends keyof SchedulerEvents>(event: E, listener: Listener<EventOf<Jobs, E>>): this {
    return this.#listen('off', event, listener)
  }

  #listen<E extends keyof SchedulerEvents>(how: 'on' | 'once' | 'off', event: E, to: Listener<EventOf<Jobs, E>>): this {
    inScheduler('INVALID_ARGUMENT', () => this.emitter[how](event, to as Listener<SchedulerEvents[E]>))
    return this
  }

  /** The same as {@link on}. */
  addListener<E extends keyof SchedulerEvents>(event: E, listener: Listener<EventOf<Jobs, E>>): this {
    return this.on(event, listener)
  }

  /** The same as {@link off}. */
  removeListener<E extends keyof SchedulerEvents>(event: E, listener: Listener<EventOf<Jobs, E>>): this {
    return this.off(event, listener)
  }

  /** Takes all listeners off one event, or off all. @throws as {@link off} */
  removeAllListeners(event?: keyof SchedulerEvents): this {
    inScheduler('INVALID_ARGUMENT', () => this.emitter.removeAllListeners(event))
    return this
  }

  /** The number of listeners of an event. */
  listenerCount(event: keyof SchedulerEvents): number {
    return this.emitter.listenerCount(event)
  }

  /** Calls the listeners of an event, for tests of listeners. @returns whether there are any */
  emit<E extends keyof SchedulerEvents>(event: E, payload: EventOf<Jobs, E>): boolean {
    this.emitter.emit(event, payload)
    return this.listenerCount(event) > 0
  }
}
