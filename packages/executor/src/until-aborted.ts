import type { LazyAbort } from '@s3sched/kernel'

/** A symbol, and so distinct from every result of work. */
export const ABORTED: unique symbol = Symbol('aborted')

/**
 * The result of `work`, unless `ending` aborts before: the result of `work` is ignored then.
 * @param ending - of one run: it keeps a listener to its own end
 */
export function untilAborted<T>(work: Promise<T>, ending: LazyAbort): Promise<T | typeof ABORTED> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(ABORTED)
    if (ending.aborted) onAbort()
    else ending.add(onAbort)
    work.then(resolve, reject)
  })
}

/**
 * The result of `work`, unless `ending` aborts before: then the function throws the reason and ignores the result of
 * `work`.
 */
export async function orAbort<T>(work: PromiseLike<T> | T, ending: LazyAbort): Promise<T> {
  const first = await untilAborted(Promise.resolve(work), ending)
  if (first === ABORTED) throw ending.reason
  return first
}
