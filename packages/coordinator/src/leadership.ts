import type { HeldLease } from '@s3sched/lock'
import { CoordinatorError } from './coordinator-error.ts'
import type { Leader } from './coordinator-events.ts'

/** The argument of the function given to `runAsLeader`. */
export interface Leadership {
  readonly epoch: number
  /** Aborts when the leadership ends. */
  readonly signal: AbortSignal
}

/** The result of work that only a leader may do: the value of the work, or the present leader, if known. */
export type LeaderRun<T> =
  | { readonly outcome: 'ran'; readonly value: T; readonly epoch: number }
  | { readonly outcome: 'not-leader'; readonly leader: Leader | undefined }

export function lostLeadership(epoch: number, cause: unknown): CoordinatorError {
  return new CoordinatorError(`leadership of epoch ${epoch} was lost while it was in use`, {
    code: 'LOST',
    suggestion: 'Stop when the signal aborts; whoever leads now starts anew',
    context: { epoch },
    cause,
  })
}

/** The functions running under a leadership at the moment. */
export class LeaderRuns {
  readonly #running = new Set<Promise<unknown>>()

  async run<T>(lease: HeldLease, fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>> {
    const { fence: epoch, signal } = lease
    const run = Promise.resolve({ epoch, signal }).then(fn)
    const ended = run.catch(() => undefined) // used only for waiting: the error of `run` goes to the caller below
    this.#running.add(ended)
    try {
      const value = await run
      if (!lease.isTrusted()) throw lostLeadership(epoch, undefined)
      return { outcome: 'ran', value, epoch }
    } catch (error) {
      if (error instanceof CoordinatorError || lease.isTrusted()) throw error
      throw lostLeadership(epoch, error)
    } finally {
      this.#running.delete(ended)
    }
  }

  /** Resolves when no function runs any more. Never rejects. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
  }
}
