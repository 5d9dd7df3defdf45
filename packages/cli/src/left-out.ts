import type { HistoryProblem } from '@s3sched/history'
import type { Invocation } from './invocation.ts'
import { plainText } from './output/plain-text.ts'

/**
 * The objects of the history that the queries of a command leave out: files that are not of s3sched, or can't be read.
 * Each is named once, on standard error, since other programs read standard output.
 */
export class LeftOut {
  readonly #invocation: Invocation
  readonly #known = new Map<string, HistoryProblem>()
  #untold: HistoryProblem[] = []

  constructor(invocation: Invocation) {
    this.#invocation = invocation
  }

  /** Takes a problem of a query. */
  readonly add = (problem: HistoryProblem): void => {
    if (this.#known.has(problem.key)) return
    this.#known.set(problem.key, problem)
    this.#untold.push(problem)
  }

  /** The field of an answer in JSON; no field without a problem. */
  get inJson(): { readonly problems?: readonly HistoryProblem[] } {
    return this.#known.size === 0 ? {} : { problems: [...this.#known.values()] }
  }

  /** Names what was not named yet. */
  async tell(): Promise<void> {
    const untold = this.#untold
    this.#untold = []
    for (const { key, problem } of untold)
      await this.#invocation.io.stderr.write(plainText(`s3sched: ${key}: ${problem}`) + '\n')
  }
}
