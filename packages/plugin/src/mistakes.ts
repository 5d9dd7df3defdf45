import { SchedulerError } from './scheduler-error.ts'

/** Named in one message; the others are counted. */
const MOST_NAMED = 20

/**
 * Collects what is wrong, so that a caller is told everything at once and not one mistake for each try.
 *
 * @example
 * const mistakes = new Mistakes()
 * for (const name of names) mistakes.collect(() => check(name))
 * mistakes.throwIfAny()
 */
export class Mistakes {
  readonly #found: SchedulerError[] = []
  #more = 0

  get any(): boolean {
    return this.#found.length > 0
  }

  /** @returns what the check returns, `undefined` when it threw a {@link SchedulerError} */
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

  /** @throws SchedulerError the only mistake as it is; of several, one error with the code of the first that names them all */
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
