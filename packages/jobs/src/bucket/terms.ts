/**
 * The earlier leaders. Each lease carries the last terms, the newest first, so that a reader of the lease also sees how
 * often the leader changed and how. The list costs no request, since each renewal rewrites the payload anyway. No
 * decision depends on the list, which is for people only, so an unreadable entry counts as absent.
 */

/** One leadership. Instants are epoch ms by the store's clock, as far as known. */
export interface Term {
  readonly epoch: number
  readonly workerId: string
  /** `null` where the leader did not write it: the term ended before its first renewal. */
  readonly since: number | null
  /** The last renewal or the release; `null` for the current term, and where unknown. */
  readonly until: number | null
  /** `silent`: the term ended without a release, by a crash, a pause or a partition. `null` for the current term. */
  readonly end: 'released' | 'silent' | null
}

/** Each renewal carries, and each follower reads, about 100 bytes a term. */
const MOST_TERMS = 20

/**
 * The terms as a new leader knows them, the newest first. A leader writes its term with its first renewal. The last term
 * of a leader that was gone earlier comes from the lease itself, without `since`. After several such terms in a row,
 * only the last of them is known, and the epochs of the others are left out.
 */
export function continueTerms(
  previous: (TermEnd & { readonly payload: Readonly<Record<string, unknown>> }) | undefined,
  own: Pick<Term, 'epoch' | 'workerId' | 'since'>,
): readonly Term[] {
  const open: Term = { ...own, until: null, end: null }
  const earlier = readTerms(previous?.payload).filter(({ epoch }) => epoch < own.epoch)
  return previous === undefined ? [open] : [open, ...closeLast(earlier, previous)].slice(0, MOST_TERMS)
}

/** The end of a term, as the successor's lease tells. */
export interface TermEnd {
  readonly epoch: number
  readonly holder: string
  readonly state: 'held' | 'free'
  readonly renewedAt: number | undefined
}

/** Adds the end of the last term: its successor knows the end, its own leader could not. */
export function closeLast(terms: readonly Term[], { epoch, holder, renewedAt, state }: TermEnd): readonly Term[] {
  const known = terms.find((term) => term.epoch === epoch)
  const closed: Term = {
    epoch,
    workerId: known?.workerId ?? holder,
    since: known?.since ?? null,
    until: renewedAt ?? null,
    end: state === 'free' ? 'released' : 'silent',
  }
  return [closed, ...terms.filter((term) => term.epoch < epoch)]
}

/** Reads the terms in a lease's payload; every part of the payload may be wrong. */
export function readTerms(payload: Readonly<Record<string, unknown>> | undefined): readonly Term[] {
  const { terms } = payload ?? {}
  if (!Array.isArray(terms)) return []
  return terms.flatMap(readTerm).slice(0, MOST_TERMS)
}

function readTerm(value: unknown): Term[] {
  if (typeof value !== 'object' || value === null) return []
  const { end, epoch, since, until, workerId } = value as Readonly<Record<string, unknown>>
  if (!Number.isSafeInteger(epoch) || typeof workerId !== 'string') return []
  const ending = end === 'released' || end === 'silent' ? end : null
  return [{ epoch: epoch as number, workerId, since: instantOf(since), until: instantOf(until), end: ending }]
}

function instantOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
