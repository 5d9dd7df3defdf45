import { wrongArgument } from '@s3sched/kernel'

/**
 * Other methods take their signal in an object of options: the same object, given here, is refused by name.
 * @param subject - the name of the method
 */
export function checkSignal(subject: string, signal: AbortSignal | undefined): void {
  if (signal !== undefined && !isSignal(signal)) throw wrongArgument(subject, 'an AbortSignal or nothing', signal)
}

/** A signal of another realm, as in a test's, is a signal as well. */
function isSignal(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false
  const { aborted, addEventListener } = given as Partial<AbortSignal>
  return typeof addEventListener === 'function' && typeof aborted === 'boolean'
}
