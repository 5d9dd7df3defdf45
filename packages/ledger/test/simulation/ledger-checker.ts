/**
 * Judges a history of changes. A change appends an id of its own to the list of ids in the record. Each answer and each
 * read tells the seen list. The final list of a record is an order of the record's changes, so a few rules are enough
 * for linearizability:
 *
 * - each change answered `written` is in the final list once, a refused, withdrawn or failed change not at all, and
 *   each other at most once
 * - each seen list is a beginning of the final list
 * - a list has every change answered before the call with the list
 */
export interface Operation {
  readonly id: string
  readonly key: string
  readonly calledAt: number
  answeredAt: number
  outcome: 'open' | 'written' | 'refused' | 'unknown' | 'unreadable' | 'withdrawn' | 'read'
  /** The list before the change. */
  seen: readonly string[] | undefined
}

export class LedgerChecker {
  readonly violations: string[] = []
  readonly #operations: Operation[] = []
  #sequence = 0

  /** @param kind - part of the id */
  call(kind: string, key: string): Operation {
    const id = `${kind}${this.#operations.length}`
    const operation: Operation = {
      id,
      key,
      calledAt: ++this.#sequence,
      answeredAt: Infinity,
      outcome: 'open',
      seen: undefined,
    }
    this.#operations.push(operation)
    return operation
  }

  answer(operation: Operation, outcome: Operation['outcome'], seen?: readonly string[]): void {
    operation.answeredAt = ++this.#sequence
    operation.outcome = outcome
    operation.seen = seen
  }

  count(outcome: Operation['outcome']): number {
    return this.#operations.filter((operation) => operation.outcome === outcome).length
  }

  /**
   * @param records - the final list of each record
   * @param entries - the ids of all entries that were found, in the pages or where they were moved
   */
  judge(records: ReadonlyMap<string, readonly string[]>, entries: ReadonlySet<string>): void {
    for (const operation of this.#operations) {
      const final = records.get(operation.key) ?? []
      this.#judgeWrite(operation, final, entries)
      if (operation.seen !== undefined) this.#judgeSight(operation, operation.seen, final)
    }
    const known = new Set(this.#operations.map(({ id }) => id))
    for (const [key, ids] of records) {
      for (const id of ids) if (!known.has(id)) this.violations.push(`${key} has ${id}, which nobody wrote`)
    }
  }

  #judgeWrite({ id, key, outcome }: Operation, final: readonly string[], entries: ReadonlySet<string>): void {
    const times = final.filter((each) => each === id).length
    const [least, most] = outcome === 'written' ? [1, 1] : outcome === 'open' || outcome === 'unknown' ? [0, 1] : [0, 0]
    if (times < least || times > most) this.violations.push(`${id}, answered ${outcome}, is in ${key} ${times} times`)
    if (times > 0 !== entries.has(id)) {
      this.violations.push(`${id} is in ${key} ${times} times, and its entry is ${entries.has(id) ? '' : 'not '}there`)
    }
  }

  #judgeSight({ calledAt, id, key }: Operation, seen: readonly string[], final: readonly string[]): void {
    if (seen.some((each, at) => final[at] !== each)) {
      this.violations.push(`${id} saw in ${key} ${seen.join(' ')}, and ${final.join(' ')} became of it`)
    }
    const has = new Set(seen)
    for (const earlier of this.#operations) {
      if (earlier.key !== key || earlier.outcome !== 'written' || earlier.answeredAt > calledAt) continue
      if (!has.has(earlier.id)) this.violations.push(`${id} did not see ${earlier.id} in ${key}, written before`)
    }
  }
}
