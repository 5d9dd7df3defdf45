import type { AnyAction, NameTable } from '@s3sched/jobs'
import type { CheckedDefinition } from './alike-definitions.ts'
import { ResolvedJob, type ActionHost } from './resolved-job.ts'

/**
 * The jobs of this process, by name. Only its action and the checked definition, which alike jobs share, are kept
 * for each. The {@link ResolvedJob} is created on access, since most of very many jobs are not accessed for days.
 */
export class LocalJobs implements ReadonlyMap<string, ResolvedJob> {
  readonly #names: NameTable
  readonly #host: ActionHost
  /** Both arrays are indexed by the number of the name. */
  #checked: (CheckedDefinition | undefined)[] = []
  #actions: (AnyAction | URL | undefined)[] = []
  /** The job of the last access: decisions ask for the same job several times in a row. */
  #last: ResolvedJob | undefined
  #size = 0

  constructor(names: NameTable, host: ActionHost) {
    this.#names = names
    this.#host = host
  }

  get size(): number {
    return this.#size
  }

  has(name: string): boolean {
    const number = this.#names.find(name)
    return number !== undefined && this.#checked[number] !== undefined
  }

  get(name: string): ResolvedJob | undefined {
    if (this.#last?.name === name) return this.#last
    const number = this.#names.find(name)
    return number === undefined ? undefined : (this.#last = this.#at(number))
  }

  set({ checked, givenAction, name }: ResolvedJob): this {
    this.#last = undefined
    if (!this.has(name)) this.#size++
    const number = this.#names.numberOf(name)
    if (number >= this.#checked.length) {
      const length = this.#names.capacityFor(number)
      this.#checked = extended(this.#checked, length)
      this.#actions = extended(this.#actions, length)
    }
    this.#checked[number] = checked
    this.#actions[number] = givenAction
    return this
  }

  delete(name: string): boolean {
    const number = this.#names.find(name)
    if (number === undefined || this.#checked[number] === undefined) return false
    this.#last = undefined
    this.#checked[number] = undefined
    this.#actions[number] = undefined
    this.#size--
    return true
  }

  *values(): Generator<ResolvedJob, undefined> {
    for (let number = 0; number < this.#checked.length; number++) {
      const job = this.#at(number)
      if (job !== undefined) yield job
    }
  }

  *keys(): Generator<string, undefined> {
    for (let number = 0; number < this.#checked.length; number++) {
      if (this.#checked[number] !== undefined) yield this.#names.nameOf(number)
    }
  }

  *entries(): Generator<[string, ResolvedJob], undefined> {
    for (const job of this.values()) yield [job.name, job]
  }

  [Symbol.iterator](): Generator<[string, ResolvedJob], undefined> {
    return this.entries()
  }

  forEach(call: (job: ResolvedJob, name: string, jobs: this) => void): void {
    for (const [name, job] of this) call(job, name, this)
  }

  #at(number: number): ResolvedJob | undefined {
    const checked = this.#checked[number]
    const action = this.#actions[number]
    if (checked === undefined || action === undefined) return undefined
    return new ResolvedJob(this.#names.nameOf(number), checked, action, this.#host)
  }
}

/** Without holes, which would make the array slow. */
function extended<T>(values: readonly (T | undefined)[], length: number): (T | undefined)[] {
  return Array.from({ length }, (_, index) => values[index])
}
