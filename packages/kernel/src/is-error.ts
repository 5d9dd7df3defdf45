/** True for an error of this realm, of any class. Never throws, although a proxy may refuse to tell: then it is no error. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error
  } catch {
    return false
  }
}
