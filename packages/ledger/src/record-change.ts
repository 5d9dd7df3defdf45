import type { ChangeView, RecordWork } from './change.ts'
import type { Verdict } from './decide-changes.ts'
import type { PageEdit } from './page-edit.ts'

/** The part of a landed change that its caller is told. */
export interface WrittenRecord<R, Result> {
  readonly record: R | undefined
  readonly text: string | undefined
  readonly result: Result
}

class EditView<R> implements ChangeView {
  readonly key: string
  readonly #edit: PageEdit<R>

  constructor(edit: PageEdit<R>, key: string) {
    this.key = key
    this.#edit = edit
  }

  signOf(writer: string): number | undefined {
    return this.#edit.page.signs.get(writer)?.seq
  }

  hasEntry(id: string): boolean {
    return this.#edit.hasEntry(id)
  }
}

/** Applies the change of a record to a page. Throws the error of the change or the codec. */
export function decideRecord<R, Result, Refusal>(
  edit: PageEdit<R>,
  key: string,
  work: Pick<RecordWork<R, Result, Refusal>, 'decide'>,
  overwriteUnreadable: boolean,
): Verdict {
  const reading = edit.read(key)
  if (reading.outcome === 'unreadable' && !overwriteUnreadable) {
    return { kind: 'keep', answer: { outcome: 'unreadable', problem: reading.problem } }
  }
  const record = reading.outcome === 'read' ? reading.record : undefined
  const decision = work.decide(record, new EditView(edit, key))
  if (decision.do === 'refuse') return { kind: 'keep', answer: { outcome: 'refused', reason: decision.reason } }
  const next = decision.do === 'write' ? decision.record : undefined
  const text = edit.write(key, next, decision.entries)
  return { kind: 'write', result: { record: next, text, result: decision.result } }
}
