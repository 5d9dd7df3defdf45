/**
 * Reports the failure of a hook that turned out to be asynchronous: nobody awaits its promise, and an unhandled
 * rejection ends the process.
 *
 * @param returned - the return value of the hook; anything but a promise, or an object like one, is ignored
 * @param report - must not throw
 */
export function onRejection(returned: unknown, report: (error: unknown) => void): void {
  if (isThenable(returned)) returned.then(undefined, report)
}

/** True for what `await` waits for. Throws the error of a getter of `then`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject && typeof (value as { then?: unknown }).then === 'function'
}
