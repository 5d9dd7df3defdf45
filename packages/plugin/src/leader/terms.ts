/**
 * Who led before. Each leader's lease carries the last terms, its own first, so that whoever reads the lease also sees how
 * often the leader changed and how: it costs no request, since each renewal rewrites the payload anyway. Only for people;
 * nothing is decided by it, so what can't be understood counts as not said.
 */
import type { PreviousTerm } from './follow-coordinator.ts'

/** One leadership. Instants are epoch ms by the store's clock, as far as that is known. */
export interface Term {
  readonly epoch: number
  readonly workerId: string
  /** `null` where its leader did not say it. */
  readonly since: number | null
  /** Its last renewal or its release; `null` for one that goes on, and where it is not known. */
  readonly until: number | null
  /** `silent`: it ended without a release, by a crash, a pause or a partition. `null` for one that goes on. */
  readonly end: 'released' | 'silent' | null
}

/** What each renewal carries and each follower reads: about 100 bytes a term. */
const MOST_TERMS = 20

/**
 * The terms as a new leader knows them, the newest first. One whose leader was gone before its first renewal is not among
 * them; its epoch is left out.
 */
export function continueTerms(
  previous: PreviousTerm | undefined,
  own: Pick<Term, 'epoch' | 'workerId' | 'since'>,
): readonly Term[] {
  const open: Term = { ...own, until: null, end: null }
  const earlier = readTerms(previous?.payload).filter(({ epoch }) => epoch < own.epoch)
  return previous === undefined ? [open] : [open, ...closeLast(earlier, previous)].slice(0, MOST_TERMS)
}

/** How a term ended, as its successor's lease says. */
export interface TermEnd {
  readonly epoch: number
  readonly holder: string
  readonly state: 'held' | 'free'
  readonly renewedAt: number | undefined
}

/** Its successor knows how a term ended; its own leader could not. */
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

/** What a lease's payload says of terms; everything in it may be wrong. */
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
