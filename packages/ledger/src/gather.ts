import type { Clock } from '@s3sched/kernel'

/** The most turns of the event loop in which changes gather: a steady stream of changes must not put a commit off. */
const MOST_TURNS = 8

/**
 * Waits for a turn of the event loop without a new change. The changes of a turn belong into the same commit, and a
 * caller with hundreds of changes, such as the claims of an instant, makes a part of them in each turn.
 *
 * @param count - the number of changes so far
 * @param most - the number of changes that need not wait for more
 */
export async function gather(clock: Pick<Clock, 'sleep'>, count: () => number, most: number): Promise<void> {
  // After the present work of the caller: the caller's next turn then comes before the next count.
  await Promise.resolve()
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const before = count()
    await clock.sleep(0)
    if (count() <= before || count() >= most) return
  }
}
