import { didYouMean } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'
import type { JobDefinition } from './job-definition.ts'
import { checkJobGraph } from './job-graph.ts'
import { jobNotFound } from './job-not-found.ts'
import type { JobSpec } from './job-spec.ts'
import type { LocalJob } from './local-job.ts'
import { resolveJob, type ActionHost, type JobDefaults } from './resolve-job.ts'

/**
 * The jobs that this process has actions for. Every change is checked whole before anything of it holds, so that a wrong
 * one changes nothing.
 */
export class JobCatalog<DB, S> {
  readonly #definitions = new Map<string, JobDefinition<DB, S>>()
  readonly #jobs = new Map<string, LocalJob>()
  readonly #defaults: JobDefaults
  readonly #host: ActionHost<DB, S>

  constructor(defaults: JobDefaults, host: ActionHost<DB, S>) {
    this.#defaults = defaults
    this.#host = host
  }

  get jobs(): ReadonlyMap<string, LocalJob> {
    return this.#jobs
  }

  /** @throws SchedulerError when there is no such job */
  get(name: unknown): LocalJob {
    const job = this.#jobs.get(name as string)
    if (job === undefined) throw jobNotFound(String(name), didYouMean(String(name), [...this.#jobs.keys()]))
    return job
  }

  /** Adds several jobs, which may come after each other. @throws SchedulerError naming what is wrong */
  addAll(definitions: Readonly<Record<string, JobDefinition<DB, S>>>): void {
    const added = Object.entries(definitions).map(
      ([name, definition]) => [name, this.#resolve(name, definition)] as const,
    )
    checkJobGraph(new Map([...this.#jobs, ...added]))
    for (const [name, job] of added) this.#put(name, job, definitions[name] as JobDefinition<DB, S>)
  }

  /** @throws SchedulerError when the name is taken, or the definition is wrong */
  add(name: string, definition: JobDefinition<DB, S>): LocalJob {
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
   * Changes a job. What the code defines stays what it is: plain data that changed is an override beside it.
   * @returns the plain data of the change
   * @throws SchedulerError when there is no such job, or it would not be right
   */
  update(name: string, changes: Partial<JobDefinition<DB, S>>): Partial<JobSpec> {
    const { hash, spec } = this.get(name)
    const definition = { ...(this.#definitions.get(name) as JobDefinition<DB, S>), ...changes }
    const changed = this.#resolve(name, definition)
    checkJobGraph(new Map([...this.#jobs, [name, changed]]))
    this.#put(name, { ...changed, spec, hash }, definition)
    return Object.fromEntries(Object.entries(changed.spec).filter(([field]) => Object.hasOwn(changes, field)))
  }

  /** @throws SchedulerError when there is no such job, or another comes after it */
  remove(name: string): void {
    this.get(name)
    const others = new Map(this.#jobs)
    others.delete(name)
    checkJobGraph(others)
    this.#jobs.delete(name)
    this.#definitions.delete(name)
  }

  #resolve(name: string, definition: JobDefinition<DB, S>): LocalJob {
    return resolveJob(name, definition, this.#defaults, this.#host)
  }

  #put(name: string, job: LocalJob, definition: JobDefinition<DB, S>): void {
    this.#jobs.set(name, job)
    this.#definitions.set(name, definition)
  }
}
