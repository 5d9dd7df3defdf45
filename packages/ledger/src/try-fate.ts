import type { Page } from './page.ts'

/**
 * Did a try land? A try is one conditional write of a page. An unclean answer, and also a plain conflict, leave the
 * question open, because a try can land and then be written over by another process. The page itself answers.
 *
 * The page remembers the nonce of the last commit of every writer. A writer makes one try at a time on a page, and
 * makes the next try only when the fate of the last is known, so the own sign always shows the last landed try. A list
 * of the latest nonces of all writers would not be enough: thirty commits by other writers would push out the nonce of
 * a paused process. The process would then take its landed try for a lost try, and apply the changes again.
 */
export interface Attempt {
  readonly writer: string
  readonly nonce: string
  /** The page replaced by the try. */
  readonly base: Page
}

/**
 * - `landed`: the page holds the try's changes, perhaps below later changes of other writers
 * - `not-landed`: the try did not land and never will, since the replaced version is gone for good
 * - `open`: the replaced version is still there, so the try may land at any time
 * - `undecidable`: the page was deleted and made anew, or remembers too few writers
 */
export type TryFate = 'landed' | 'not-landed' | 'open' | 'undecidable'

/** @param found - the present page; `undefined` when there is no object */
export function fateOfTry({ base, nonce, writer }: Attempt, found: Page | undefined): TryFate {
  const isNew = base.nonce === ''
  if (found === undefined) return isNew ? 'open' : 'undecidable'
  if (found.nonce === base.nonce) return 'open'
  const sign = found.signs.get(writer)
  if (sign?.nonce === nonce) return 'landed'
  // A try without a replaced version makes a page: a page by another process there is proof enough that the try can't
  // land any more.
  if (!isNew && found.life !== base.life) return 'undecidable'
  // An own sign at a later commit shows a second process with the same writer's name.
  const mayBeHidden = found.forgotten > base.seq || (sign !== undefined && sign.seq > base.seq + 1)
  return mayBeHidden ? 'undecidable' : 'not-landed'
}
