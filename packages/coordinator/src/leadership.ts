import type { HeldLease } from '@s3sched/lock'
import { CoordinatorError } from './coordinator-error.ts'
import type { Leader } from './coordinator-events.ts'

/** What `runAsLeader` gives its function. */
export interface Leadership {
  readonly epoch: number
  /** Aborts when leadership ends. */
  readonly signal: AbortSignal
}

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

/** The functions that run under a leadership at this moment. */
export class LeaderRuns {
  readonly #running = new Set<Promise<unknown>>()

  async run<T>(lease: HeldLease, fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>> {
    const { fence: epoch, signal } = lease
    const run = Promise.resolve({ epoch, signal }).then(fn)
    const ended = run.catch(() => undefined) // only to wait for: its error goes to the caller below
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

  /** Resolves when none runs any more. Never rejects. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
  }
}
