/**
 * The chance that a probe of so many rounds accepts a server that lets two writers win in one of `failsOnceIn` rounds: none
 * of the rounds may have been such a one.
 *
 * The default of 3 rounds is for servers that race as a rule. One that fails once in fifty rounds passes it 94 times of
 * 100; 149 rounds let it pass 5 times of 100, and 228 rounds once. Two writers of a race must also meet, which a
 * slow network prevents more often than not, so these are lower bounds.
 *
 * @example missChance(3, 50) // 0.941
 */
export function missChance(rounds: number, failsOnceIn: number): number {
  return (1 - 1 / failsOnceIn) ** rounds
}
