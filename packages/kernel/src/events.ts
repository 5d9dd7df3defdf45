import { describe } from './describe.ts'
import { nameAdvice } from './did-you-mean.ts'
import { S3SchedError } from './error.ts'
import { onRejection } from './on-rejection.ts'

/** One payload per event name. */
export type EventMap = object

/** The names of all events. An object, so that the compiler finds a missing name. */
export type EventNames<Events extends EventMap> = Readonly<Record<keyof Events, true>>

/** A function that hears an event. Its result is ignored; a rejected promise is reported as a throw. */
export type Listener<Payload> = (payload: Payload) => unknown

/** Receives the failures of listeners. The handler must not throw. */
export type ListenerErrorHandler = (error: unknown, event: string) => void

/**
 * A typed event emitter. A listener that throws, or whose promise rejects, is reported to `onListenerError`; the
 * emitting side goes on, and the other listeners are called all the same.
 */
export class TypedEmitter<Events extends EventMap> {
  readonly #listeners = new Map<keyof Events, Map<Listener<never>, Listener<never>>>()
  readonly #names: EventNames<Events>
  readonly #onListenerError: ListenerErrorHandler

  constructor(names: EventNames<Events>, onListenerError: ListenerErrorHandler) {
    this.#names = names
    this.#onListenerError = onListenerError
  }

  /**
   * Adds a listener; adding the same one twice to one event has no effect.
   * @throws S3SchedError `INVALID_ARGUMENT` for an unknown event, and for a listener that is no function
   */
  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): this {
    return this.#add(event, listener, listener)
  }

  /** Adds a listener for the next occurrence only. @throws as {@link on} */
  once<E extends keyof Events>(event: E, listener: Listener<Events[E]>): this {
    return this.#add(event, listener, (payload: Events[E]) => {
      this.off(event, listener)
      return listener(payload)
    })
  }

  /** Takes a listener off. @throws S3SchedError `INVALID_ARGUMENT` for an unknown event */
  off<E extends keyof Events>(event: E, listener: Listener<Events[E]>): this {
    this.refuseUnknown(event)
    this.#listeners.get(event)?.delete(listener)
    return this
  }

  /** Takes all listeners off one event, or off all. For subclasses: other code may depend on its listeners. */
  protected clear(event?: keyof Events): void {
    if (event === undefined) return this.#listeners.clear()
    this.refuseUnknown(event)
    this.#listeners.delete(event)
  }

  /**
   * A listener of an event that does not exist would wait in silence. The name `error` is always fine: `events.once` of
   * Node.js listens to it beside any other event.
   */
  protected refuseUnknown(event: unknown): void {
    if (event === 'error' || (typeof event === 'string' && Object.hasOwn(this.#names, event))) return
    throw new S3SchedError(`expected the name of an event, got ${describe(event)}`, {
      code: 'INVALID_ARGUMENT',
      suggestion: nameAdvice(event, Object.keys(this.#names)),
    })
  }

  /** The number of listeners of an event. */
  listenerCount(event: keyof Events): number {
    return this.#listeners.get(event)?.size ?? 0
  }

  /** Calls the listeners in the order of their registration. Never throws. */
  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    const listeners = this.#listeners.get(event)
    if (listeners === undefined) return
    for (const listener of [...listeners.values()] as Listener<Events[E]>[]) {
      try {
        onRejection(listener(payload), (error) => this.#onListenerError(error, String(event)))
      } catch (error) {
        this.#onListenerError(error, String(event))
      }
    }
  }

  #add<E extends keyof Events>(event: E, listener: Listener<Events[E]>, called: Listener<Events[E]>): this {
    this.refuseUnknown(event)
    if (typeof (listener as unknown) !== 'function') {
      throw new S3SchedError(
        `expected the listener of '${String(event)}' to be a function, got ${describe(listener)}`,
        {
          code: 'INVALID_ARGUMENT',
        },
      )
    }
    let listeners = this.#listeners.get(event)
    if (listeners === undefined) this.#listeners.set(event, (listeners = new Map()))
    if (!listeners.has(listener)) listeners.set(listener, called)
    return this
  }
}
