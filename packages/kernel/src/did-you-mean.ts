import { closest, distance } from 'fastest-levenshtein'

/** The candidate nearest to `word`, or `undefined` when no candidate is near. Case is ignored. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || word.length > 64) return undefined
  const sameButForUnit = candidates.find((candidate) => withoutUnit(candidate) === withoutUnit(word))
  if (sameButForUnit !== undefined) return sameButForUnit
  const lowered = candidates.map((candidate) => candidate.toLowerCase())
  const found = closest(word.toLowerCase(), lowered)
  const edits = distance(word.toLowerCase(), found)
  const near = edits <= Math.max(1, Math.floor(found.length / 3)) || (edits === 2 && isSwap(found, word.toLowerCase()))
  return near ? candidates[lowered.indexOf(found)] : undefined
}

/**
 * The suggestion of an error about an unknown name: the name that was probably meant.
 * @param otherwise - where no known name is near. @default lists the known names
 */
export function nameAdvice(
  given: unknown,
  known: readonly string[],
  otherwise: string = `Known are ${known.join(', ')}`,
): string {
  const meant = typeof given === 'string' ? didYouMean(given, known) : undefined
  return meant === undefined ? otherwise : `Did you mean '${meant}'?`
}

/** A name without its unit of time: `ttl` and `ttlSeconds` may stand for `ttlMs`. */
function withoutUnit(name: string): string {
  return name.replace(/(?:ms|millis|secs?|seconds|minutes)$/i, '').toLowerCase()
}

/** True for two neighbours that changed places, which Levenshtein's distance counts as two edits. */
function isSwap(one: string, other: string): boolean {
  const at = one.split('').findIndex((letter, index) => letter !== other[index])
  const swapped = one.slice(0, at) + one.charAt(at + 1) + one.charAt(at) + one.slice(at + 2)
  return swapped === other
}
