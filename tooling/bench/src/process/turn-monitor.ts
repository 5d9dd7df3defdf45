/** How long the turns of this process's event loop are, by the time that its thread worked in them. */
export interface TurnMonitor {
  /** The longest turn so far, in ms of the thread's processor time. */
  readonly longestMs: () => number
  readonly stop: () => void
}

/**
 * Measures each turn by the processor time of this thread: a machine that is busy with something else delays a turn, and
 * does not make it longer. It keeps one core busy meanwhile, so it is for longest turns and not for what they cost.
 */
export function monitorTurns(): TurnMonitor {
  let longest = 0
  let last = threadMs()
  let next = setImmediate(look)
  function look(): void {
    const now = threadMs()
    longest = Math.max(longest, now - last)
    last = threadMs()
    next = setImmediate(look)
  }
  return { longestMs: () => longest, stop: () => clearImmediate(next) }
}

function threadMs(): number {
  const { system, user } = process.threadCpuUsage()
  return (system + user) / 1000
}
