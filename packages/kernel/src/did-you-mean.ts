import { closest, distance } from 'fastest-levenshtein'

/** The candidate nearest to `word`, or `undefined` when no candidate is near. Case is ignored. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || word.length > 64) return undefined
  const lowered = candidates.map((candidate) => candidate.toLowerCase())
  const found = closest(word.toLowerCase(), lowered)
  const edits = distance(word.toLowerCase(), found)
  const near = edits <= Math.max(1, Math.floor(found.length / 3)) || (edits === 2 && isSwap(found, word.toLowerCase()))
  return near ? candidates[lowered.indexOf(found)] : undefined
}

/** True for two neighbours that changed places, which Levenshtein's distance counts as two edits. */
function isSwap(one: string, other: string): boolean {
  const at = one.split('').findIndex((letter, index) => letter !== other[index])
  const swapped = one.slice(0, at) + one.charAt(at + 1) + one.charAt(at) + one.slice(at + 2)
  return swapped === other
}
