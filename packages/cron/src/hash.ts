/**
 * A number in [0, 1) that depends on every bit of `text` and on nothing else, the same on every machine and in every
 * release: what `H` picks must not move when a process restarts. FNV-1a, then the finalizer of MurmurHash3, without
 * which names that differ only at their end would land side by side.
 */
export function fractionOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
