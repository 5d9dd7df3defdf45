import type { Applicable, Decided, DecisionMeans } from '../src/decide-changes.ts'
import type { Page } from '../src/page.ts'
import { PROTOCOL, type LedgerProtocol } from '../src/protocol.ts'
import { decodeRecord } from '../src/record-codec.ts'
import { PageRecords } from '../src/page-records.ts'

/** Changes the page made by a batch. */
function withNext(change: (next: Page, before: Page, batch: readonly object[]) => Page): LedgerProtocol {
  const decideChanges = <R>(page: Page, batch: readonly Applicable<R>[], options: DecisionMeans<R>): Decided => {
    const decided = PROTOCOL.decideChanges(page, batch, options)
    return decided.next === undefined ? decided : { ...decided, next: change(decided.next, page, batch) }
  }
  return { ...PROTOCOL, decideChanges }
}

function dropsEntriesOfSecondTries(): LedgerProtocol {
  const tried = new WeakSet<object>()
  return withNext((next, before, batch) => {
    const isSecond = batch.some((change) => tried.has(change))
    for (const change of batch) tried.add(change)
    return isSecond ? { ...next, entries: before.entries } : next
  })
}

/** Wrong variants of the decisions, each with one fault for the checker to find. */
export const BROKEN: Readonly<Record<string, () => LedgerProtocol>> = {
  'a split that takes the draft of an older version, without the changes made meanwhile': () => ({
    ...PROTOCOL,
    isDraftOf: (child, page) => child.draftOf?.page === page,
  }),
  'a split that writes over a draft of a newer version': () => ({ ...PROTOCOL, mayReplaceDraft: () => true }),
  'a reader that takes the leftovers of a split for pages': () => ({ ...PROTOCOL, isChildBy: () => true }),
  'a split whose note forgets which tries landed before': () => ({
    ...PROTOCOL,
    noteOfSplit: (...args) => ({ ...PROTOCOL.noteOfSplit(...args), signs: new Map() }),
  }),
  'a batch that is answered as written when only a part was': () => ({
    ...PROTOCOL,
    decideChanges: (page, batch, options) => {
      const all = PROTOCOL.decideChanges(page, batch, options)
      const part = PROTOCOL.decideChanges(page, batch.slice(0, 2), options)
      return part.next === undefined ? all : { ...all, next: part.next }
    },
  }),
  'a conflict that drops the entries': dropsEntriesOfSecondTries,
  'a try that landed and is applied again': () => ({
    ...PROTOCOL,
    fateOfTry: (attempt, found) => {
      const fate = PROTOCOL.fateOfTry(attempt, found)
      return fate === 'landed' ? 'not-landed' : fate
    },
  }),
  'a try that may still land and is taken for lost': () => ({
    ...PROTOCOL,
    fateOfTry: (attempt, found) => {
      const fate = PROTOCOL.fateOfTry(attempt, found)
      return fate === 'open' ? 'not-landed' : fate
    },
  }),
  'a try that is taken for landed because the page has changed': () => ({
    ...PROTOCOL,
    fateOfTry: (attempt, found) => {
      const fate = PROTOCOL.fateOfTry(attempt, found)
      return fate === 'not-landed' ? 'landed' : fate
    },
  }),
  'a bad record that is dropped': () => ({
    ...PROTOCOL,
    decideChanges: (page, batch, options) => {
      const decided = PROTOCOL.decideChanges(page, batch, options)
      if (decided.next === undefined) return decided
      const good = [...decided.next.records].filter(
        ([key, text]) => decodeRecord(options.codec, key, text).outcome === 'read',
      )
      return { ...decided, next: { ...decided.next, records: PageRecords.of(good) } }
    },
  }),
}
