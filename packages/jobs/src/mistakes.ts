import { SchedulerError } from './scheduler-error.ts'

/** The most mistakes named in a message; further mistakes are counted. */
const MOST_NAMED = 20

/**
 * Collects mistakes, so that a caller learns of all at once instead of one per try.
 *
 * @example
 * const mistakes = new Mistakes()
 * for (const name of names) mistakes.collect(() => check(name))
 * mistakes.throwIfAny()
 */
export class Mistakes {
  readonly #found: SchedulerError[] = []
  #more = 0

  /** True once a mistake was collected. */
  get any(): boolean {
    return this.#found.length > 0
  }

  /** @returns the result of the check; `undefined` when the check threw a {@link SchedulerError} */
  collect<T>(check: () => T): T | undefined {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof SchedulerError)) throw error
      if (this.#found.length < MOST_NAMED) this.#found.push(error)
      else this.#more++
      return undefined
    }
  }

  /**
   * @throws SchedulerError a single mistake unchanged; several as one error with the first code, naming all mistakes
   */
  throwIfAny(): void {
    const [first, ...others] = this.#found
    if (first === undefined) return
    if (others.length === 0) throw first
    const problems = this.#found.map(({ message }) => message)
    const more = this.#more === 0 ? '' : `; and ${this.#more} more`
    throw new SchedulerError(`${problems.join('; ')}${more}`, {
      code: first.code,
      cause: first,
      context: { ...first.context, problems },
    })
  }
}
