/**
 * The chance that a probe of `rounds` rounds accepts a server with two winners in one of `failsOnceIn` rounds: no round
 * of the probe may have had two winners.
 *
 * The default of 3 rounds is for servers that usually race. A server that fails once in fifty rounds passes 3 rounds 94
 * times of 100; 149 rounds reduce the chance to 5 of 100, and 228 rounds to 1 of 100. Two writers of a race must also
 * meet, and a slow network prevents most meetings, so these chances are lower bounds.
 *
 * @example missChance(3, 50) // 0.941
 */
export function missChance(rounds: number, failsOnceIn: number): number {
  return (1 - 1 / failsOnceIn) ** rounds
}
