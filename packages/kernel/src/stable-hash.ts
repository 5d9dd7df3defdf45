/**
 * A number from 0 to 2^32 - 1, computed from the text alone: FNV-1a over its UTF-16 units, then the finalizer of
 * MurmurHash3, so that names with a different last digit lie far apart. The number is the same in every process and
 * release: instances must agree on the number without talking to each other.
 */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
