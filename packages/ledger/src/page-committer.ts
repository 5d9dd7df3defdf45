import { fullJitter, S3SchedError } from '@s3sched/kernel'
import type { CommitMark } from './change.ts'
import type { Verdict } from './decide-changes.ts'
import { gather } from './gather.ts'
import type { LedgerCore } from './ledger-core.ts'
import { afterCommit, UNPACED } from './pace.ts'
import { encodePage } from './page-format.ts'
import { showPage, type PageName } from './page-name.ts'
import { splitDepthOf } from './page-split.ts'
import { splitPage } from './page-splitter.ts'
import { BACKOFF, writePage, type Written } from './page-writer.ts'
import { restoredPage } from './restored-page.ts'
import { sizeOfEntries, type KnownPage, type Page } from './page.ts'
import type { Pending, PendingHome } from './pending.ts'
import { wentBack, wentBackError } from './went-back.ts'

/** The most changes of a commit: a commit stays a matter of milliseconds, and the next commit takes the rest. */
const MOST_CHANGES = 1000
/** Without a reason, every abort would make an exception with a stack trace. */
const WOKEN = 'woken'

/**
 * The changes waiting for a page, and the loop that commits them: one commit at a time.
 *
 * A change waits here, or is part of the commit under way, or is answered. A commit with an unclear write keeps the
 * changes until the fate of the write is known. Unwritten changes go back to the front, in their old order, and are
 * decided anew on the newer page.
 */
export class PageCommitter<R> implements PendingHome {
  readonly #core: LedgerCore<R>
  readonly #name: PageName
  #waiting: Pending<R>[] = []
  /** The changes in the commit under way. */
  #carried: readonly Pending<R>[] = []
  #isRunning = false
  #nap: { readonly end: AbortController; readonly dueAt: number } | undefined
  #pace = UNPACED
  #committedAt = -Infinity
  #failures = 0
  /** After a failed read. */
  #notBefore = -Infinity
  /** A child's object can't be read: the page has to grow. */
  #cannotSplit = false
  /** The keys of the page belong to other pages. */
  #isGone = false

  constructor(core: LedgerCore<R>, name: PageName) {
    this.#core = core
    this.#name = name
  }

  add(pending: Pending<R>): void {
    pending.waitsIn(this)
    this.#waiting.push(pending)
    if (!this.#isRunning) void this.#run()
    if (this.#nap !== undefined && pending.dueAt < this.#nap.dueAt) this.#nap.end.abort(WOKEN)
  }

  /** Commits the waiting changes as soon as the page allows, patient ones too. */
  hurry(): void {
    for (const pending of this.#waiting) pending.hurry()
    this.#nap?.end.abort(WOKEN)
  }

  /** Answers all changes now: a request under way may take long, and nobody waits for it any more. */
  end(reason: unknown): void {
    for (const pending of this.#carried) pending.kept({ outcome: 'unknown', cause: reason })
    for (const pending of this.#waiting.splice(0)) pending.failed(reason)
    this.#nap?.end.abort(WOKEN)
  }

  sweep(): void {
    this.#waiting = this.#waiting.filter(({ isSettled }) => !isSettled)
    if (this.#waiting.length === 0) this.#nap?.end.abort(WOKEN)
  }

  async #run(): Promise<void> {
    const { ended, options, slots } = this.#core
    const gathered = (): Promise<void> => gather(options.clock, () => this.#waiting.length, MOST_CHANGES)
    this.#isRunning = true
    await gathered()
    while (this.#waiting.length > 0) {
      if (ended.aborted) {
        for (const pending of this.#waiting.splice(0)) pending.failed(ended.reason)
      } else if (await this.#napUntilDue()) await gathered()
      else await slots.run(() => this.#commit())
    }
    // In the same turn as the last look at the waiting changes: the next change begins anew.
    this.#isRunning = false
  }

  /** @returns true after a nap: then the changes must be looked at again */
  async #napUntilDue(): Promise<boolean> {
    const { ended } = this.#core
    const { clock } = this.#core.options
    const dueAt = earliest(this.#waiting)
    const leftMs = Math.max(dueAt, this.#notBefore, this.#committedAt + this.#pace.gapMs) - clock.monotonic()
    if (leftMs <= 0) return false
    const end = new AbortController()
    const wake = (): void => end.abort(WOKEN)
    this.#nap = { end, dueAt }
    ended.addEventListener('abort', wake, { once: true })
    await clock.sleep(leftMs, end.signal).catch(() => undefined) // woken early
    ended.removeEventListener('abort', wake)
    this.#nap = undefined
    return true
  }

  async #commit(): Promise<void> {
    const batch = this.#waiting.splice(0, MOST_CHANGES).filter(({ isSettled }) => !isSettled)
    for (const pending of batch) pending.isCarried()
    this.#carried = batch
    try {
      await this.#commitBatch(batch)
      this.#failures = 0
    } catch (error) {
      const isRetriable = error instanceof S3SchedError && error.retriable
      if (!isRetriable) for (const pending of batch) pending.failed(error)
      this.#problem(error)
    }
    this.#carried = []
    this.#putBack(batch)
    if (this.#isGone || this.#core.source.memory.isSplit(this.#name)) {
      this.#isGone = false
      for (const moved of this.#waiting.splice(0)) moved.moved()
    }
  }

  #putBack(batch: readonly Pending<R>[]): void {
    const left = batch.filter(({ isSettled }) => !isSettled)
    if (left.length === 0) return
    for (const pending of left) {
      // The patience was over, or was ended, before the commit that failed.
      pending.hurry()
      pending.waitsIn(this)
    }
    this.#waiting = [...left, ...this.#waiting]
  }

  /** Unsettled changes go back to the front. @throws the error of a read */
  async #commitBatch(batch: readonly Pending<R>[]): Promise<void> {
    if (batch.length === 0) return
    const base = await this.#base(batch)
    if (base === undefined) return
    const core = this.#core
    const { unreadable } = core
    const { clock, codec, random, writer } = core.options
    const nonce = random.id()
    const { body, decided, depth } = await core.turns.run(() => {
      const made = core.protocol.decideChanges(base.page, batch, { codec, nonce, unreadable, writer })
      const splitDepth = made.next === undefined ? undefined : this.#splitDepth(base, made.next, batch.length)
      const isFit = made.next !== undefined && splitDepth === undefined
      return { decided: made, depth: splitDepth, body: isFit ? encodePage(made.next) : undefined }
    })
    const { verdicts } = decided
    failThrowing(batch, verdicts)
    if (depth !== undefined) await this.#split(base, depth)
    else if (decided.next === undefined) await this.#keep(base, batch, verdicts)
    else {
      this.#committedAt = clock.monotonic()
      const told = (isThrottled: boolean): void => this.#setPace(isThrottled)
      const written = await writePage(core, this.#name, { base, next: decided.next, body, told })
      try {
        // First of all: after the answer, a caller must find the page as committed.
        await this.#learn(written, base)
      } finally {
        await this.#answerAll(written, { next: decided.next, batch, verdicts })
      }
    }
  }

  /** The page to change; `undefined` where the changes were answered, or belong elsewhere. */
  async #base(batch: readonly Pending<R>[]): Promise<KnownPage | undefined> {
    const { options, source } = this.#core
    const present = await source.present(this.#name)
    if (present.outcome === 'page') return present.known
    if (present.outcome === 'missing') {
      return restoredPage(source.memory.lostPage(this.#name), source.order.next(), options)
    }
    if (present.outcome === 'unreadable') {
      const problem = `page ${showPage(this.#name)} is unreadable: ${present.problem}`
      for (const pending of batch) pending.kept({ outcome: 'unreadable', problem })
    } else this.#isGone = true
    return undefined
  }

  #splitDepth(base: KnownPage, next: Page, changes: number): number | undefined {
    // After a loss the page is put back before a split: two processes may know different states of the page.
    const isPutBack = base.etag === undefined && base.page.records.size > 0
    if (isPutBack || this.#cannotSplit) return undefined
    const more = (next.records.size - base.page.records.size) * (this.#waiting.length / changes)
    const growth = 1 + Math.max(0, more) / Math.max(1, next.records.size)
    return splitDepthOf(next, this.#name, this.#core.options, growth)
  }

  async #split(base: KnownPage, depth: number): Promise<void> {
    const outcome = await splitPage(this.#core, this.#name, base, depth)
    this.#cannotSplit = outcome === 'blocked'
    if (outcome === 'again') this.#delay()
  }

  /** Answers changes without a write, if the decision was made on the present page, as read after the call. */
  async #keep(base: KnownPage, batch: readonly Pending<R>[], verdicts: readonly Verdict[]): Promise<void> {
    const isPresent = batch.every(({ call, isSettled }) => isSettled || call < base.asOf)
    if (!isPresent) await this.#core.source.fetch(this.#name)
    else batch.forEach((pending, index) => keep(pending, verdicts[index]))
  }

  /** The answers of a large commit come in several turns: each begins the work of its caller. */
  async #answerAll(written: Written, commit: Committed<R>): Promise<void> {
    if (written.fate === 'not-landed') return
    const { batch, next, verdicts } = commit
    const { events, turns } = this.#core
    const changes = verdicts.filter(({ kind }) => kind !== 'throw').length
    const mark: CommitMark = { page: this.#name, seq: next.seq, serverTime: serverTimeOf(written), changes }
    if (written.fate === 'landed') {
      const { page, seq } = mark
      events.emit('committed', { page, seq, changes, sentAt: written.sentAt, entries: sizeOfEntries(next) })
    }
    await turns.answer(batch.length, (index) => answer(batch[index], written, { verdict: verdicts[index], mark }))
  }

  /** Takes over the state of the page, as shown by the write. */
  async #learn(written: Written, base: KnownPage): Promise<void> {
    const { source } = this.#core
    if (written.fate === 'failed') return
    if (written.fate === 'not-landed' && wentBack(written.read, base)) {
      // The memory would keep the newer state, and each further write would meet the same conflict.
      source.memory.lose(this.#name)
      this.#problem(wentBackError(this.#name, base))
    }
    if (written.fate === 'landed' && written.known !== undefined) {
      // Own commits are not told.
      source.memory.keep(this.#name, written.known)
    } else if (written.read !== undefined) await source.accept(this.#name, written.read)
  }

  #problem(error: unknown): void {
    this.#core.events.emit('problem', { page: this.#name, error })
    this.#delay()
  }

  #delay(): void {
    const { clock, random } = this.#core.options
    this.#notBefore = clock.monotonic() + fullJitter(++this.#failures, BACKOFF, random)
  }

  #setPace(isThrottled: boolean): void {
    const pace = afterCommit(this.#pace, isThrottled)
    if (pace.gapMs !== this.#pace.gapMs) this.#core.events.emit('paced', { page: this.#name, gapMs: pace.gapMs })
    this.#pace = pace
  }
}

/** A commit whose write has an answer. */
interface Committed<R> {
  readonly next: Page
  readonly batch: readonly Pending<R>[]
  readonly verdicts: readonly Verdict[]
}

function failThrowing<R>(batch: readonly Pending<R>[], verdicts: readonly Verdict[]): void {
  batch.forEach((pending, index) => {
    const verdict = verdicts[index]
    if (verdict?.kind === 'throw') pending.failed(verdict.error)
  })
}

function keep<R>(pending: Pending<R>, verdict: Verdict | undefined): void {
  if (verdict?.kind === 'keep') pending.kept(verdict.answer)
}

function answer<R>(
  pending: Pending<R> | undefined,
  written: Exclude<Written, { readonly fate: 'not-landed' }>,
  { mark, verdict }: { readonly mark: CommitMark; readonly verdict: Verdict | undefined },
): void {
  if (pending === undefined || verdict === undefined) return
  if (written.fate === 'failed') pending.failed(written.error)
  else if (written.fate === 'unknown') pending.kept({ outcome: 'unknown', cause: written.cause })
  else if (verdict.kind === 'write') pending.written(verdict.result, mark)
  else keep(pending, verdict)
}

function serverTimeOf(written: Written): number | undefined {
  return written.fate === 'landed' ? written.serverTime : undefined
}

function earliest<R>(waiting: readonly Pending<R>[]): number {
  let dueAt = Infinity
  for (const pending of waiting) dueAt = Math.min(dueAt, pending.dueAt)
  return dueAt
}
