let working = 0
let limit = Error.stackTraceLimit

/**
 * Works with errors that have no stacks. The history keeps the stacks of errors, and the paths of a checkout would change
 * the sizes of the objects: pages would be flushed, and bodies cut, elsewhere in each folder.
 */
export async function withoutStacks<T>(work: () => Promise<T>): Promise<T> {
  if (working++ === 0) limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return await work()
  } finally {
    if (--working === 0) Error.stackTraceLimit = limit
  }
}
