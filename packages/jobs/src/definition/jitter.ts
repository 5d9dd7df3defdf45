/**
 * A delay of 0 to `jitterMs`, a function of the job's name and the tick: every instance, and the next leader, computes
 * the same instant. The hash is FNV-1a, 32 bits.
 */
export function jitterOf(jobName: string, tick: number, jitterMs: number): number {
  if (jitterMs === 0) return 0
  let hash = 0x811c9dc5
  for (const character of `${jobName}@${tick}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return Math.floor((hash / 2 ** 32) * (jitterMs + 1))
}
