import type { LocalJob } from '@s3sched/jobs'
import type { DefinitionAnswer } from './definition-under-way.ts'

export interface ManyDefinitionsDeps {
  /** Begins the definition of a job. */
  readonly begin: (job: LocalJob, answer: DefinitionAnswer) => void
  /** Takes an error that keeps one job from running; false for an error that ends the start. */
  readonly bears: (error: unknown, job: LocalJob) => boolean
}

/** The most definitions under way at a time: those of one page go into one write. */
const AT_ONCE = 10_000

/**
 * The definitions of many jobs, a bounded number at a time. After the first error no further definition begins, and the
 * error is thrown once none is under way.
 */
export class ManyDefinitions implements DefinitionAnswer {
  readonly #deps: ManyDefinitionsDeps
  readonly #jobs: readonly LocalJob[]
  #begun = 0
  #underWay = 0
  #hasChanged = false
  readonly #errors: unknown[] = []
  #resolve: (hasChanged: boolean) => void = () => undefined
  #reject: (error: unknown) => void = () => undefined

  constructor(deps: ManyDefinitionsDeps, jobs: readonly LocalJob[]) {
    this.#deps = deps
    this.#jobs = jobs
  }

  /** @returns whether some record changed */
  run(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#goOn()
    })
  }

  defined(hasChanged: boolean): void {
    this.#hasChanged ||= hasChanged
    this.#over()
  }

  failed(error: unknown, job: LocalJob): void {
    if (!this.#deps.bears(error, job)) this.#errors.push(error)
    this.#over()
  }

  #over(): void {
    this.#underWay--
    this.#goOn()
  }

  #goOn(): void {
    while (this.#underWay < AT_ONCE && this.#errors.length === 0) {
      const job = this.#jobs[this.#begun]
      if (job === undefined) break
      this.#begun++
      this.#underWay++
      this.#deps.begin(job, this)
    }
    if (this.#underWay > 0) return
    if (this.#errors.length > 0) this.#reject(this.#errors[0])
    else this.#resolve(this.#hasChanged)
  }
}
