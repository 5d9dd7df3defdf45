import type { Answer, ChangeOptions, CommitMark, Kept, RecordWork } from './change.ts'
import type { Verdict } from './decide-changes.ts'
import type { PageAnswer } from './ledger.ts'
import type { PageEdit } from './page-edit.ts'
import { Pending } from './pending.ts'
import { decideRecord, type WrittenRecord } from './record-change.ts'

/** The way of a change to the committer of its page, and the changes on their way. */
export interface ChangeRoutes<R> {
  readonly toRecord: (key: string, pending: Pending<R>) => void
  readonly settled: (pending: Pending<R>) => void
}

export interface Asked {
  readonly call: number
  /** By the monotonic clock. */
  readonly now: number
  readonly options: ChangeOptions
}

/** A change of one record. */
export class PendingRecord<R, Result, Refusal> extends Pending<R> {
  readonly #key: string
  readonly #work: RecordWork<R, Result, Refusal>
  readonly #routes: ChangeRoutes<R>
  readonly #overwritesUnreadable: boolean

  constructor(
    key: string,
    work: RecordWork<R, Result, Refusal>,
    routes: ChangeRoutes<R>,
    { call, now, options }: Asked,
  ) {
    super(call, now, options)
    this.#key = key
    this.#work = work
    this.#routes = routes
    this.#overwritesUnreadable = options.overwriteUnreadable === true
  }

  override decide(edit: PageEdit<R>): Verdict {
    return decideRecord(edit, this.#key, this.#work, this.#overwritesUnreadable)
  }

  protected override onMoved(): void {
    this.#routes.toRecord(this.#key, this)
  }

  protected override onWritten(result: unknown, commit: CommitMark): void {
    const { record, result: own, text } = result as WrittenRecord<R, Result>
    this.#routes.settled(this)
    this.#work.answered({ outcome: 'written', record, text, result: own, commit })
  }

  protected override onKept(answer: Kept): void {
    this.#routes.settled(this)
    this.#work.answered(answer as Answer<R, Result, Refusal>)
  }

  protected override onFailed(error: unknown): void {
    this.#routes.settled(this)
    this.#work.failed(error)
  }
}

/** The answer to a change of a page that is split by now: the change has to be made on the children. */
export const MOVED: unique symbol = Symbol('moved')

/** A change of a whole page. */
export class PendingPage<R> extends Pending<R> {
  readonly answer: Promise<PageAnswer | typeof MOVED>
  readonly #apply: (edit: PageEdit<R>) => void
  #resolve: (answer: PageAnswer | typeof MOVED) => void = () => undefined
  #reject: (error: unknown) => void = () => undefined

  constructor(apply: (edit: PageEdit<R>) => void, { call, now, options }: Asked) {
    super(call, now, options)
    this.#apply = apply
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  override decide(edit: PageEdit<R>): Verdict {
    this.#apply(edit)
    if (edit.isChanged) return { kind: 'write', result: undefined }
    return { kind: 'keep', answer: { outcome: 'refused', reason: undefined } }
  }

  protected override onMoved(): void {
    this.kept({ outcome: 'refused', reason: MOVED })
  }

  protected override onWritten(): void {
    this.#resolve({ outcome: 'written' })
  }

  protected override onKept(answer: Kept): void {
    if (answer.outcome !== 'refused') this.#resolve(answer)
    else this.#resolve(answer.reason === MOVED ? MOVED : { outcome: 'written' })
  }

  protected override onFailed(error: unknown): void {
    this.#reject(error)
  }
}
