import { type Clock, describe, isObject } from '@s3sched/kernel'
import {
  type AnyJobDefinition,
  checkJobName,
  jobNotFound,
  type JobSpec,
  type LocalJob,
  Mistakes,
  NameTable,
  SchedulerError,
} from '@s3sched/jobs'
import { AlikeDefinitions } from './alike-definitions.ts'
import { isFast } from './fast-jobs.ts'
import { checkGroupLimits } from './group-limits.ts'
import { checkJobGraph } from './job-graph.ts'
import { LocalJobs } from './local-jobs.ts'
import { instantsOf } from './one-time.ts'
import { type LocalChange, type OpenChange, OpenChanges } from './open-changes.ts'
import { JobResolver, type JobDefaults } from './resolve-job.ts'
import type { ActionHost, ResolvedJob } from './resolved-job.ts'

/** The fields of a definition that are parts of the stored schedule. */
const RULES = ['from', 'until', 'exclude', 'onExcluded'] as const

/** An added job, which holds here as long as the bucket may accept it. */
export interface CatalogAddition extends OpenChange {
  readonly job: LocalJob
}

/** A changed job; `fields` is its changed plain data. */
export interface CatalogUpdate extends OpenChange {
  readonly fields: Partial<JobSpec>
}

export interface JobCatalogDeps {
  readonly clock: Clock
  /** Called with the added jobs that run more often than once a second. */
  readonly onFast: (jobs: readonly Pick<LocalJob, 'name' | 'schedule'>[]) => void
}

/**
 * The jobs with an action in this process. A change is checked as a whole before any part is applied, so that a wrong
 * change has no effect.
 */
export class JobCatalog {
  /** Shared with all other tables with an entry for each job. */
  readonly names: NameTable = new NameTable()
  /**
   * For each one-time job, the time when the application named the instant, by the machine's clock, epoch ms. The
   * instant may be past by the time of the write to the bucket. A job's entry is removed after the write, so that a job
   * whose record is deleted does not run twice.
   */
  readonly saidAt: Map<string, number> = new Map()
  readonly #jobs: LocalJobs
  readonly #changes: OpenChanges
  readonly #resolver: JobResolver
  readonly #clock: Clock
  readonly #onFast: JobCatalogDeps['onFast']

  constructor(defaults: JobDefaults, host: ActionHost, { clock, onFast }: JobCatalogDeps) {
    this.#clock = clock
    this.#onFast = onFast
    this.#jobs = new LocalJobs(this.names, host)
    this.#changes = new OpenChanges(this.#jobs)
    this.#resolver = new JobResolver(defaults, host)
  }

  /** The jobs of the code by their names. */
  get jobs(): ReadonlyMap<string, LocalJob> {
    return this.#jobs
  }

  /** @throws SchedulerError when there is no such job */
  get(name: unknown): LocalJob {
    return this.#get(name)
  }

  /**
   * Adds several jobs with free names; the jobs may come after each other.
   * @throws SchedulerError naming every mistake
   */
  addAll(definitions: Readonly<Record<string, AnyJobDefinition>>): void {
    const alike = new AlikeDefinitions()
    const mistakes = new Mistakes()
    const names = Object.keys(definitions)
    // All of them first: each table by number is then made once, and for all.
    for (const name of names) this.names.numberOf(name)
    const refused = new Set<string>()
    const fast: ResolvedJob[] = []
    const once: string[] = []
    for (const name of names) {
      const definition = definitions[name] as AnyJobDefinition
      const job = mistakes.collect(() => this.#resolver.resolve(name, definition, alike))
      if (job === undefined) refused.add(name)
      else this.#jobs.set(job)
      if (job !== undefined && isFast(job)) fast.push(job)
      if (job !== undefined && instantsOf(job.spec).length > 0) once.push(name)
    }
    checkJobGraph(this.#jobs, mistakes, refused)
    checkGroupLimits(this.#jobs, names, mistakes)
    // The jobs are removed again: checking a second collection would keep two of very many jobs.
    if (mistakes.any) for (const name of names) this.#jobs.delete(name)
    mistakes.throwIfAny()
    for (const name of once) this.saidAt.set(name, this.#clock.now())
    if (fast.length > 0) this.#onFast(fast)
  }

  /**
   * @param isRemoved - true where the bucket's job of this name is removed: by another instance, or by a write without
   * an answer
   * @throws SchedulerError when the name is taken, or the definition is wrong
   */
  add(name: string, definition: AnyJobDefinition, isRemoved = (): boolean => false): CatalogAddition {
    // As the key of a definition, a value that is no text would become one.
    checkJobName(name)
    const before = this.#jobs.get(name)
    if (before !== undefined && !isRemoved()) {
      throw new SchedulerError(`Job '${name}' already exists`, {
        code: 'JOB_EXISTS',
        suggestion: 'Use updateJob to change it',
        context: { jobName: name },
      })
    }
    let job: ResolvedJob
    try {
      this.addAll({ [name]: definition })
      job = this.#get(name)
    } finally {
      if (before === undefined) this.#jobs.delete(name)
      else this.#jobs.set(before)
    }
    return { job, ...this.#begin(name, () => job) }
  }

  /**
   * Changes a job. The code's definition stays: changed plain data becomes an override.
   * @throws SchedulerError when no such job exists, or the changed job would be invalid
   */
  update(name: string, changes: Partial<AnyJobDefinition>): CatalogUpdate {
    const job = this.#get(name)
    if (!isObject(changes)) {
      const problem = `Job '${name}': expected changes such as { schedule }, got ${describe(changes)}`
      throw new SchedulerError(problem, { code: 'INVALID_JOB', context: { jobName: name } })
    }
    // A copy: the application's object may change before the answer of the bucket.
    const asked = { ...changes }
    const changed = this.#resolver.resolve(name, { ...job.definition, ...asked }, new AlikeDefinitions())
    this.#checkGraph((jobs) => jobs.set(name, changed))
    if (isFast(changed)) this.#onFast([changed])
    return {
      fields: changedFields(changed.spec, asked),
      ...this.#begin(name, (before) => before?.changedBy(asked)),
    }
  }

  /** @throws SchedulerError when no such job exists, or another job comes after it */
  remove(name: string): OpenChange {
    this.#get(name)
    this.#checkGraph((jobs) => jobs.delete(name))
    return this.#begin(name, () => undefined)
  }

  #checkGraph(change: (jobs: Map<string, LocalJob>) => void): void {
    const jobs = new Map<string, LocalJob>(this.#jobs)
    change(jobs)
    const mistakes = new Mistakes()
    checkJobGraph(jobs, mistakes)
    mistakes.throwIfAny()
  }

  #begin(name: string, change: LocalChange): OpenChange {
    const { keep, undo } = this.#changes.begin(name, change)
    const ending = (end: () => void) => (): void => {
      end()
      // A job of the same name that is added later names its instant anew.
      if (!this.#jobs.has(name)) this.saidAt.delete(name)
    }
    return { keep: ending(keep), undo: ending(undo) }
  }

  #get(name: unknown): ResolvedJob {
    const job = this.#jobs.get(name as string)
    if (job === undefined) throw jobNotFound(name, [...this.#jobs.keys()])
    return job
  }
}

/** The fields of a specification that the changes of a definition are about. */
function changedFields(spec: JobSpec, changes: Partial<AnyJobDefinition>): Partial<JobSpec> {
  const isAbout = (field: string): boolean =>
    Object.hasOwn(changes, field) || (field === 'schedule' && RULES.some((rule) => Object.hasOwn(changes, rule)))
  const fields = Object.fromEntries(Object.entries(spec).filter(([field]) => isAbout(field)))
  return {
    ...fields,
    ...(Object.hasOwn(changes, 'maxRuns') ? { maxRuns: spec.maxRuns ?? 0 } : {}),
    ...(Object.hasOwn(changes, 'pauseAfterFailures') ? { pauseAfterFailures: spec.pauseAfterFailures ?? 0 } : {}),
    ...(Object.hasOwn(changes, 'after') ? { afterOn: spec.afterOn ?? {} } : {}),
  }
}
