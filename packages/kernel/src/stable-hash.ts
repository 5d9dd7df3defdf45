/**
 * A number from 0 to 2^32 - 1 that follows from the text alone: FNV-1a over its UTF-16 units, then the finalizer of
 * MurmurHash3, so that names that differ in their last digit lie far apart. It is the same in every process and release,
 * since instances that must agree on it have nothing else in common.
 */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
