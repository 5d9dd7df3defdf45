import type { TargetMessage, Wait } from '../target-message.ts'

/**
 * Another system that does work: the port behind the targets.
 *
 * **Authority.** The engine alone knows its work. A target keeps no state: each attempt hands the message over again
 * under the same key, and an engine that deduplicates answers with the work that the key has already. A crash between
 * the hand-over and the record of the run therefore makes no second piece of work.
 *
 * **Failures.** An error of `handOver` proves nothing: the message may have arrived. The error counts as "not now", the
 * job's `retries` hand the message over again, and the key decides. A {@link TargetError} says more. An error of `look`
 * says nothing about the work, and the target looks again.
 */
export interface Engine<Work extends object> {
  /** Such as `BullMQ`, for messages. */
  readonly name: string
  /** @returns plain JSON that finds the work again; the result of a run that does not wait */
  handOver(message: TargetMessage, wait: Wait, signal: AbortSignal): Promise<Work>
  /** Absent where the engine tells no end. */
  readonly look?: (work: Work, signal: AbortSignal) => Promise<Look>
  /** Ends the work, as far as the engine can. */
  readonly cancel?: (work: Work) => Promise<void>
}

/** The state of the work. */
export type Look =
  | { readonly state: 'working' }
  | { readonly state: 'done'; readonly result?: unknown }
  | { readonly state: 'failed'; readonly reason: string }
  /** The engine does not know the work any more. */
  | { readonly state: 'gone' }
