import { constants, setPriority } from 'node:os'

/** The longest time without a look at messages, ms. */
const TURN_MS = 10

/**
 * Keeps a core from its sleep, at the lowest priority: a process that has work takes the core at once. A virtual machine
 * may need tens of milliseconds to wake a sleeping core.
 */
function spin(): void {
  const until = performance.now() + TURN_MS
  while (performance.now() < until);
  setImmediate(spin)
}

process.on('disconnect', () => process.exit(0))
setPriority(constants.priority.PRIORITY_LOW)
spin()
