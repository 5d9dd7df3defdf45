import type { Page } from './page.ts'

/**
 * Did a try land? A try is one conditional write of a page. An unclean answer, and also a plain conflict, leave the
 * question open, because a try can land and then be written over by another process. The page itself answers.
 *
 * The page remembers the nonce of the last commit of each writer. A writer makes one try at a time on a page, and makes
 * the next only when the fate of the last is known, so that its own sign always shows its last landed try. A list of the
 * latest nonces of all writers would do as well only for a short list of writers: thirty commits of others would push
 * out the nonce of a paused process, which would then take its landed try for a lost one, and apply it again.
 */
export interface Attempt {
  readonly writer: string
  readonly nonce: string
  /** The page that the try replaces. */
  readonly base: Page
}

/**
 * - `landed`: the page holds the try's changes, perhaps below later changes of others
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
  // A try that makes a page has no version that could be gone: the page of another process is enough.
  if (!isNew && found.life !== base.life) return 'undecidable'
  // With the own sign at a later commit, another process uses the same writer's name.
  const mayBeHidden = found.forgotten > base.seq || (sign !== undefined && sign.seq > base.seq + 1)
  return mayBeHidden ? 'undecidable' : 'not-landed'
}
