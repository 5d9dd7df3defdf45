/**
 * Number of checks at a time. Most checks wait at times, for a server, a browser or a process, and the other check uses
 * the cores meanwhile; more than two would only take the cores from each other.
 */
const AT_ONCE = 2

/**
 * Starts the works in their order, two at a time. A work that needs others starts after their ends.
 *
 * @template {{ readonly name: string, readonly needs?: readonly string[] }} Work
 * @param {readonly Work[]} works
 * @param {(work: Work) => Promise<void>} perform
 * @returns {Promise<void>} Ends when nothing runs any more.
 * @throws the first error of a work; nothing is started after an error
 */
export async function runTogether(works, perform) {
  /** @type {Map<string, Promise<void>>} */
  const begun = new Map()
  const queue = works.values()
  /** @type {{ readonly error: unknown } | undefined} */
  let failure
  /** @param {Work} work */
  async function startInTime(work) {
    for (const name of work.needs ?? []) await begun.get(name)
    if (failure === undefined) await perform(work)
  }
  async function takeTurns() {
    for (const work of queue) {
      const done = startInTime(work).catch((/** @type {unknown} */ error) => void (failure ??= { error }))
      begun.set(work.name, done)
      await done
      if (failure !== undefined) return
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns))
  if (failure !== undefined) throw failure.error
}
