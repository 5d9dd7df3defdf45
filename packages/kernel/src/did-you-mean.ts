import { closest, distance } from 'fastest-levenshtein'

/** The candidate nearest to `word`, or `undefined` when no candidate is near. Case is ignored. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || word.length > 64) return undefined
  const lowered = candidates.map((candidate) => candidate.toLowerCase())
  const found = closest(word.toLowerCase(), lowered)
  const near = distance(word.toLowerCase(), found) <= Math.max(1, Math.floor(found.length / 3))
  return near ? candidates[lowered.indexOf(found)] : undefined
}
