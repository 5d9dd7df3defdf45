import type { CompiledSpec } from './compiled-spec.ts'
import type { AnyJobDefinition, NameTable } from '@s3sched/jobs'
import { ResolvedJob, type ActionHost } from './resolved-job.ts'

/**
 * The jobs of this process, by name. Only the code's definition and the compiled specification are kept. The {@link
 * ResolvedJob} is created on access, since most of very many jobs are not accessed for days.
 */
export class LocalJobs implements ReadonlyMap<string, ResolvedJob> {
  readonly #names: NameTable
  readonly #host: ActionHost
  /** Both arrays are indexed by the number of the name. */
  readonly #definitions: (AnyJobDefinition | undefined)[] = []
  readonly #compiled: (CompiledSpec | undefined)[] = []
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
    return number !== undefined && this.#compiled[number] !== undefined
  }

  get(name: string): ResolvedJob | undefined {
    if (this.#last?.name === name) return this.#last
    const number = this.#names.find(name)
    return number === undefined ? undefined : (this.#last = this.#at(number))
  }

  set({ compiled, definition, name }: ResolvedJob): this {
    this.#last = undefined
    if (!this.has(name)) this.#size++
    const number = this.#names.numberOf(name)
    // Other tables may have numbered names in between: an array with holes would be slow.
    while (this.#compiled.length <= number) {
      this.#compiled.push(undefined)
      this.#definitions.push(undefined)
    }
    this.#compiled[number] = compiled
    this.#definitions[number] = definition
    return this
  }

  delete(name: string): boolean {
    const number = this.#names.find(name)
    if (number === undefined || this.#compiled[number] === undefined) return false
    this.#last = undefined
    this.#compiled[number] = undefined
    this.#definitions[number] = undefined
    this.#size--
    return true
  }

  *values(): Generator<ResolvedJob, undefined> {
    for (let number = 0; number < this.#compiled.length; number++) {
      const job = this.#at(number)
      if (job !== undefined) yield job
    }
  }

  *keys(): Generator<string, undefined> {
    for (let number = 0; number < this.#compiled.length; number++) {
      if (this.#compiled[number] !== undefined) yield this.#names.nameOf(number)
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
    const compiled = this.#compiled[number]
    const definition = this.#definitions[number]
    if (compiled === undefined || definition === undefined) return undefined
    return new ResolvedJob(this.#names.nameOf(number), compiled, definition, this.#host)
  }
}
