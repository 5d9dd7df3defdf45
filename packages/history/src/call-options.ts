import { func, having, number, optional, type OptionField } from '@s3sched/kernel'
import type { CallOptions } from '@s3sched/store'

type Field<K extends keyof CallOptions> = OptionField<CallOptions[K] | undefined>

/** The options of each call of a store, for the checks of calls with options of their own. */
export const CALL_SPEC: {
  readonly signal: Field<'signal'>
  readonly timeoutMs: Field<'timeoutMs'>
  readonly onTrouble: Field<'onTrouble'>
} = {
  signal: optional(having<AbortSignal>('an AbortSignal', 'addEventListener', 'throwIfAborted')),
  timeoutMs: optional(number({ min: 0 })),
  onTrouble: optional(func<NonNullable<CallOptions['onTrouble']>>()),
}
