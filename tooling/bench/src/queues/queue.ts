/** The work of a scheduler or a queue besides punctual ticks. Each call is timed from outside. */
export interface Queue {
  /** Makes so many jobs known, each with an own schedule that is not due. */
  readonly define?: (jobs: number) => Promise<unknown>
  /** Lets `count` tasks wait in the queue, without a worker. */
  readonly fill?: (count: number) => Promise<unknown>
  /** Works on what waits, so many at a time. Resolves once `action` was called for the last task. */
  readonly drain?: (count: number, concurrency: number) => Promise<unknown>
  /** Gets ready to answer {@link ask}. */
  readonly open?: (concurrency: number) => Promise<unknown>
  /** Asks for one run, and waits for its end. @param lane - 0 to the number of callers */
  readonly ask?: (lane: number) => Promise<unknown>
  readonly close: () => Promise<unknown>
}

/** Calls `work` that many times, so many at a time. */
export async function inLanes(count: number, lanes: number, work: (lane: number, n: number) => unknown): Promise<void> {
  let next = 0
  const lane = async (_: unknown, index: number): Promise<void> => {
    while (next < count) await work(index, next++)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** Counts calls. `reached` resolves at the last of them. */
export function countTo(count: number): { readonly call: () => void; readonly reached: Promise<void> } {
  let left = count
  let resolve: () => void
  const reached = new Promise<void>((done) => (resolve = done))
  return {
    call: () => {
      if (--left === 0) resolve()
    },
    reached,
  }
}

export const YEARLY = '0 0 1 1 *'
export const AT_ONCE = 50
