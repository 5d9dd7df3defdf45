import type { Clock } from '@s3sched/kernel'
import {
  type AnyJobDefinition,
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
import { JobResolver, type JobDefaults } from './resolve-job.ts'
import type { ActionHost, ResolvedJob } from './resolved-job.ts'

/** The fields of a definition that are parts of the stored schedule. */
const RULES = ['from', 'until', 'exclude', 'onExcluded'] as const

export interface CatalogUpdate {
  readonly fields: Partial<JobSpec>
  readonly undo: () => void
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
  readonly #resolver: JobResolver
  readonly #clock: Clock
  readonly #onFast: JobCatalogDeps['onFast']

  constructor(defaults: JobDefaults, host: ActionHost, { clock, onFast }: JobCatalogDeps) {
    this.#clock = clock
    this.#onFast = onFast
    this.#jobs = new LocalJobs(this.names, host)
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

  /** @throws SchedulerError when the name is taken, or the definition is wrong */
  add(name: string, definition: AnyJobDefinition): LocalJob {
    if (this.#jobs.has(name)) {
      throw new SchedulerError(`Job '${name}' already exists`, {
        code: 'JOB_EXISTS',
        suggestion: 'Use updateJob to change it',
        context: { jobName: name },
      })
    }
    this.addAll({ [name]: definition })
    return this.get(name)
  }

  /**
   * Changes a job. The code's definition stays: changed plain data becomes an override.
   * @returns the changed plain data, and a function that takes the change back
   * @throws SchedulerError when no such job exists, or the changed job would be invalid
   */
  update(name: string, changes: Partial<AnyJobDefinition>): CatalogUpdate {
    const job = this.#get(name)
    const definition = { ...job.definition, ...changes }
    const changed = this.#resolver.resolve(name, definition, new AlikeDefinitions())
    const mistakes = new Mistakes()
    checkJobGraph(new Map<string, LocalJob>(this.#jobs).set(name, changed), mistakes)
    mistakes.throwIfAny()
    this.#jobs.set(job.changedTo(changed))
    if (isFast(changed)) this.#onFast([changed])
    return { fields: changedFields(changed.spec, changes), undo: () => void this.#jobs.set(job) }
  }

  /** Removes a job whose addition the bucket did not accept. */
  takeBack(name: string): void {
    this.saidAt.delete(name)
    this.#jobs.delete(name)
  }

  /**
   * @returns puts the job back, unless the name is taken
   * @throws SchedulerError when no such job exists, or another job comes after it
   */
  remove(name: string): () => void {
    const job = this.#get(name)
    const saidAt = this.saidAt.get(name)
    const others = new Map<string, LocalJob>(this.#jobs)
    others.delete(name)
    const mistakes = new Mistakes()
    checkJobGraph(others, mistakes)
    mistakes.throwIfAny()
    this.takeBack(name)
    return () => {
      if (this.#jobs.has(name)) return
      this.#jobs.set(job)
      if (saidAt !== undefined) this.saidAt.set(name, saidAt)
    }
  }

  #get(name: unknown): ResolvedJob {
    const job = this.#jobs.get(name as string)
    if (job === undefined) throw jobNotFound(String(name), [...this.#jobs.keys()])
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
