import type { Change } from './change.ts'
import type { Verdict } from './decide-changes.ts'
import type { PageEdit } from './page-edit.ts'

/** Applies the change of a record to a page. Throws the error of the change or the codec. */
export function decideRecord<R, Result, Refusal>(
  edit: PageEdit<R>,
  key: string,
  change: Change<R, Result, Refusal>,
  overwriteUnreadable: boolean,
): Verdict {
  const reading = edit.read(key)
  if (reading.outcome === 'unreadable' && !overwriteUnreadable) {
    return { kind: 'keep', answer: { outcome: 'unreadable', problem: reading.problem } }
  }
  const record = reading.outcome === 'read' ? reading.record : undefined
  const decision = change(record, {
    key,
    signOf: (writer) => edit.page.signs.get(writer)?.seq,
    hasEntry: (id) => edit.hasEntry(id),
  })
  if (decision.do === 'refuse') return { kind: 'keep', answer: { outcome: 'refused', reason: decision.reason } }
  const next = decision.do === 'write' ? decision.record : undefined
  const text = edit.write(key, next, decision.entries)
  return { kind: 'write', result: { record: next, text, result: decision.result } }
}
