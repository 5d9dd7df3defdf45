/**
 * One run per key, unless a run's `overlap` says otherwise.
 *
 * A key is busy during a run of the key, with its retries and their waits, and during an abandoned action of the key:
 * two bodies of one job must not execute at the same time, and an abandoned body still executes.
 */
import type { LazyAbort } from '@s3sched/kernel'
import { CancelledError } from './cancelled-error.ts'
import type { Overlap } from './run-policy.ts'
import type { SkipReason } from './run-outcome.ts'

/** The gate's view of a run. */
export interface Entrant {
  readonly key: string
  /** Aborts when the run has to end. */
  readonly ending: LazyAbort
  /** True while the run has its key and waits for a slot for its first action. */
  readonly waitsForSlot: boolean
  cancel(reason: CancelledError): void
}

export type Admission = { readonly outcome: 'admitted' } | { readonly outcome: 'skipped'; readonly reason: SkipReason }

const ADMITTED: Admission = { outcome: 'admitted' }

interface KeyState<E> {
  /** In the order of admission: nearly always one. */
  readonly inside: E[]
  abandoned: number
  /** In the order of arrival. The function admits the run. `undefined` before the first wait. */
  line: Map<E, () => void> | undefined
}

export class KeyGate<E extends Entrant = Entrant> {
  readonly #keys = new Map<string, KeyState<E>>()
  #waiting = 0

  get waiting(): number {
    return this.#waiting
  }

  /** False for a key without runs and abandoned actions. */
  isBusy(key: string): boolean {
    return this.#keys.has(key)
  }

  /** The runs that were admitted for a key, and have not left. */
  inside(key: string): Iterable<E> {
    return this.#keys.get(key)?.inside ?? []
  }

  /**
   * Every admitted run must {@link leave}.
   * @returns a promise where the run has to stand in line; it rejects with the reason of the entrant's `ending` when that
   * aborts in the line
   */
  enter(entrant: E, overlap: Overlap, queueLimit: number): Admission | Promise<Admission> {
    const state = this.#stateOf(entrant.key)
    const busy = isBusy(state)
    if (!busy || overlap === 'allow') {
      state.inside.push(entrant)
      return ADMITTED
    }
    if (overlap === 'skip') return skipped(reasonOf(state))
    if (overlap === 'queue' && (state.line?.size ?? 0) >= queueLimit) return skipped('queue-full')
    if (overlap === 'cancel') {
      for (const other of [...state.inside, ...(state.line?.keys() ?? [])])
        other.cancel(new CancelledError('superseded'))
    }
    return this.#waitInLine(entrant, state)
  }

  leave(entrant: E): void {
    const state = this.#stateOf(entrant.key)
    const place = state.inside.indexOf(entrant)
    if (place !== -1) state.inside.splice(place, 1)
    this.#letIn(entrant.key, state)
  }

  /**
   * Tells the gate that an action of this key goes on without its run. Call the returned function at the end of the
   * action.
   */
  abandon(key: string): () => void {
    this.#stateOf(key).abandoned += 1
    return () => {
      const state = this.#stateOf(key)
      state.abandoned -= 1
      this.#letIn(key, state)
    }
  }

  #waitInLine(entrant: E, state: KeyState<E>): Promise<Admission> {
    const { ending } = entrant
    const line = (state.line ??= new Map<E, () => void>())
    return new Promise((resolve, reject) => {
      const leaveLine = (): void => {
        ending.delete(onAbort)
        line.delete(entrant)
        this.#waiting -= 1
      }
      const onAbort = (): void => {
        leaveLine()
        reject(ending.reason)
      }
      line.set(entrant, () => {
        leaveLine()
        // The run counts as inside before the run itself wakes: a request in between must find the key busy.
        state.inside.push(entrant)
        resolve(ADMITTED)
      })
      this.#waiting += 1
      ending.add(onAbort)
    })
  }

  #letIn(key: string, state: KeyState<E>): void {
    if (isBusy(state)) return
    for (const admit of state.line?.values() ?? []) return admit()
    this.#keys.delete(key)
  }

  #stateOf(key: string): KeyState<E> {
    let state = this.#keys.get(key)
    if (state === undefined) this.#keys.set(key, (state = { inside: [], abandoned: 0, line: undefined }))
    return state
  }
}

function isBusy(state: KeyState<Entrant>): boolean {
  return state.inside.length > 0 || state.abandoned > 0
}

function reasonOf({ inside }: KeyState<Entrant>): SkipReason {
  if (inside.length === 0) return 'abandoned'
  return inside.every(({ waitsForSlot }) => waitsForSlot) ? 'no-slot' : 'overlap'
}

function skipped(reason: SkipReason): Admission {
  return { outcome: 'skipped', reason }
}
