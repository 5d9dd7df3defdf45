/**
 * The write of one page by compare-and-swap, up to a known fate.
 *
 * **Authority.** The store alone. A put is conditional on the version that the page replaces, so of all puts on this
 * version the store accepts one, and no put of this write lands twice.
 *
 * **States of a write.** *Sent*: no answer yet. *Unclear*: no answer came, or a conflict. The page is then read until the
 * store answers, and tells the fate of the write by its sign (`try-fate.ts`): *landed*; *not landed*, where another
 * process was first; or still *open*, where the replaced version is there, and the same bytes are put again.
 *
 * **Trust.** A conflict proves no defeat: a driver may have sent the bytes several times, and the later request is
 * refused for the sake of the earlier. A landed page is known as of the moment before its put.
 *
 * **Failures.** A refusal for good, before any unclear answer, has written nothing. A page that is deleted, unreadable
 * or overwritten by another program tells no fate any more: the write is `unknown`, and no caller may act on it. A
 * silent store is asked again with a backoff, until no caller waits.
 */
import { fullJitter, S3SchedError, takeReading, type Reading } from '@s3sched/kernel'
import type { ObjectStore, PutCondition, PutResult } from '@s3sched/store'
import { encodePage } from './page-format.ts'
import type { LedgerCore } from './ledger-core.ts'
import { LedgerError } from './ledger-error.ts'
import { objectKeyOf, showPage, type PageName } from './page-name.ts'
import type { ReadPage } from './page-reader.ts'
import type { KnownPage, Page } from './page.ts'
import type { LedgerProtocol } from './protocol.ts'

/**
 * - `landed`: the page is written; `read` holds the present page, if a read was needed
 * - `not-landed`: another process was first; `read` holds the present page
 * - `failed`: the store refused the write for good, and nothing was written
 * - `unknown`: no read can show any more whether the write landed
 */
export type Written =
  | {
      readonly fate: 'landed'
      readonly known: KnownPage | undefined
      readonly read: ReadPage | undefined
      /** The time just before the first put. */
      readonly sentAt: Reading
      readonly serverTime: number | undefined
    }
  | { readonly fate: 'not-landed'; readonly read: ReadPage }
  | { readonly fate: 'failed'; readonly error: unknown }
  | { readonly fate: 'unknown'; readonly read: ReadPage | undefined; readonly cause: unknown }

export interface PageWriterDeps extends Pick<LedgerCore<unknown>, 'ended' | 'events' | 'protocol' | 'source'> {
  readonly options: Pick<LedgerCore<unknown>['options'], 'clock' | 'random' | 'writer'>
}

export const BACKOFF = { baseMs: 50, maxMs: 2000 } as const

/** A page, and the version that it is to replace. */
export interface PageWrite {
  readonly base: KnownPage
  readonly next: Page
  /** @default `next`, encoded */
  readonly body?: Uint8Array | undefined
  /** Called with every answer of the store to a put. */
  readonly told?: (isThrottled: boolean) => void
}

/**
 * Writes a page in place of `base`, and does not return before the fate of the write is known. As long as the replaced
 * version is in the bucket, the same bytes are put again; at most one put can land.
 */
export async function writePage(
  deps: PageWriterDeps,
  name: PageName,
  { base, next, body = encodePage(next), told }: PageWrite,
): Promise<Written> {
  const { ended, events, protocol, source } = deps
  const { clock, writer } = deps.options
  const condition: PutCondition = base.etag === undefined ? { ifAbsent: true } : { ifMatch: base.etag }
  const attempt = { writer, nonce: next.nonce, base: base.page }
  const sentAt = takeReading(clock)
  let isUnclear = false
  for (let retry = 1; ; retry++) {
    const asOf = source.order.next()
    const put = await putOnce(source.store, objectKeyOf(name), body, condition)
    told?.(put.isThrottled)
    if (put.outcome === 'written') {
      const known = { page: next, etag: put.etag, asOf }
      return { fate: 'landed', known, read: undefined, sentAt, serverTime: put.serverTime }
    }
    if (put.outcome === 'failed' && !isUnclear) return { fate: 'failed', error: put.error }
    if (put.outcome !== 'conflict') events.emit('problem', { page: name, error: put.error })
    // Also a conflict leaves the question open: the driver may have put the bytes several times.
    isUnclear = true
    const read = await readUntilAnswered(deps, name)
    const cause = 'error' in put ? put.error : undefined
    if (read === undefined) return { fate: 'unknown', read, cause: cause ?? ended.reason }
    const fate = fateIn(protocol, attempt, read, base)
    if (fate === 'landed') return { fate, known: undefined, read, sentAt, serverTime: undefined }
    if (fate === 'not-landed') return { fate, read }
    if (fate === 'undecidable') return { fate: 'unknown', read, cause: undecidable(name, read, cause) }
    if (!(await pause(deps, retry))) return { fate: 'unknown', read, cause: cause ?? ended.reason }
  }
}

function fateIn(
  protocol: LedgerProtocol,
  attempt: Parameters<LedgerProtocol['fateOfTry']>[0],
  read: ReadPage,
  base: KnownPage,
): ReturnType<LedgerProtocol['fateOfTry']> {
  if (read.outcome === 'page') {
    const fate = protocol.fateOfTry(attempt, read.known.page)
    // A person who edits a page leaves the nonce as it is: the replaced version is gone all the same.
    return fate === 'open' && read.known.etag !== base.etag ? 'not-landed' : fate
  }
  return read.outcome === 'missing' ? protocol.fateOfTry(attempt, undefined) : 'undecidable'
}

type Put = { readonly isThrottled: boolean } & (
  | { readonly outcome: 'written'; readonly etag: string; readonly serverTime: number | undefined }
  | { readonly outcome: 'conflict' }
  /** `unknown`: the write may land; `failed`: the write was refused, and so will be the next. */
  | { readonly outcome: 'unknown' | 'failed'; readonly error: unknown }
)

/** A retriable error counts as unknown: not every store is sure to throw only where nothing was written. */
export async function putOnce(
  store: ObjectStore,
  key: string,
  body: Uint8Array,
  condition: PutCondition,
): Promise<Put> {
  let put: PutResult
  try {
    put = await store.put(key, body, { condition })
  } catch (error) {
    const isRetriable = error instanceof S3SchedError && error.retriable
    return { outcome: isRetriable ? 'unknown' : 'failed', error, isThrottled: isThrottling(error) }
  }
  const isThrottled = put.isThrottled === true
  if (put.outcome === 'conflict') return { outcome: 'conflict', isThrottled }
  if (put.outcome === 'written') return { outcome: 'written', etag: put.etag, serverTime: put.serverTime, isThrottled }
  return { outcome: 'unknown', error: put.cause, isThrottled: isThrottled || isThrottling(put.cause) }
}

function undecidable(page: PageName, read: ReadPage, cause: unknown): unknown {
  if (read.outcome === 'unreadable') {
    return new LedgerError(`page ${showPage(page)} is unreadable: ${read.problem}`, {
      code: 'UNDECIDED',
      context: { page },
    })
  }
  if (cause !== undefined) return cause
  return new LedgerError(`page ${showPage(page)} was deleted or overwritten by another program during a write`, {
    code: 'UNDECIDED',
    context: { page },
  })
}

function isThrottling(error: unknown): boolean {
  return error instanceof S3SchedError && error.code === 'THROTTLED'
}

/** Reads until the store answers; `undefined` once no caller waits any more. */
async function readUntilAnswered(deps: PageWriterDeps, name: PageName): Promise<ReadPage | undefined> {
  for (let retry = 1; ; retry++) {
    if (deps.ended.aborted) return undefined
    try {
      return await deps.source.read(name)
    } catch (error) {
      deps.events.emit('problem', { page: name, error })
      if (!(await pause(deps, retry))) return undefined
    }
  }
}

/** @returns false, at once, when no caller waits any more */
export async function pause({ ended, options }: PageWriterDeps, retry: number): Promise<boolean> {
  try {
    await options.clock.sleep(fullJitter(retry, BACKOFF, options.random), ended)
    return true
  } catch {
    return false
  }
}
