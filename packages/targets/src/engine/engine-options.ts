import { custom, func, integer, oneOf, optional, systemClock, type Clock, type OptionField } from '@s3sched/kernel'
import type { TargetContext } from '../target-context.ts'
import type { Wait } from '../target-message.ts'

/** The options of every target whose engine tells the end of the work. */
export interface EngineOptions extends HandOverOptions {
  /**
   * - `accepted`: the hand-over ends the run, with the engine's name of the work as its result
   * - `done`: the run follows the work; its result and its failure are those of the run
   * @default 'done'
   */
  readonly wait?: Wait
  /** The longest wait between two looks at the work, ms. The first looks come sooner. 50 to 600,000. @default 2000 */
  readonly pollMs?: number
  /** Times the looks. @default the system's */
  readonly clock?: Clock
}

/** The options of every target. */
export interface HandOverOptions {
  /** The `payload` of the message: any JSON. @default null */
  readonly payload?: (context: TargetContext) => unknown
}

export interface ResolvedEngineOptions {
  readonly wait: Wait
  readonly payload: HandOverOptions['payload']
  readonly pollMs: number
  readonly clock: Clock
}

type Payload = NonNullable<HandOverOptions['payload']>

/** For the specification of a target that only hands over. */
export const HAND_OVER_SPEC: { readonly payload: OptionField<Payload | undefined> } = {
  payload: optional(func<Payload>()),
}

/** For the specification of a target that can follow. */
export const ENGINE_SPEC: {
  readonly wait: OptionField<Wait>
  readonly payload: OptionField<Payload | undefined>
  readonly pollMs: OptionField<number>
  readonly clock: OptionField<Clock>
} = {
  ...HAND_OVER_SPEC,
  wait: oneOf(['accepted', 'done'], 'done'),
  pollMs: integer({ min: 50, max: 600_000, default: 2000 }),
  clock: custom('a clock', (value): value is Clock => typeof value === 'object' && value !== null, systemClock),
}

/** The options of a target that only hands over, for {@link engineTarget}. */
export function handOverOnly(payload: Payload | undefined): ResolvedEngineOptions {
  return { wait: 'accepted', payload, pollMs: 0, clock: systemClock }
}
