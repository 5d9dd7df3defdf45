import { didYouMean } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'
import type { JobDefinition } from './job-definition.ts'
import { checkJobGraph } from './job-graph.ts'
import { jobNotFound } from './job-not-found.ts'
import type { JobSpec } from './job-spec.ts'
import type { LocalJob } from './local-job.ts'
import { LocalJobs } from './local-jobs.ts'
import { NameTable } from './name-table.ts'
import { SpecCompiler } from './compiled-spec.ts'
import { JobResolver, type JobDefaults } from './resolve-job.ts'
import type { ActionHost, ResolvedJob } from './resolved-job.ts'

/**
 * The jobs that this process has actions for. Every change is checked whole before anything of it holds, so that a wrong
 * one changes nothing.
 */
export class JobCatalog<DB, S> {
  /** Shared with whoever else keeps something for each job. */
  readonly names: NameTable = new NameTable()
  readonly #jobs: LocalJobs<DB, S>
  readonly #resolver: JobResolver<DB, S>

  constructor(defaults: JobDefaults, host: ActionHost<DB, S>) {
    this.#jobs = new LocalJobs(this.names, host)
    this.#resolver = new JobResolver(defaults, host)
  }

  get jobs(): ReadonlyMap<string, LocalJob> {
    return this.#jobs
  }

  /** @throws SchedulerError when there is no such job */
  get(name: unknown): LocalJob {
    return this.#get(name)
  }

  /** Adds several jobs of names that are free, which may come after each other. @throws SchedulerError naming what is wrong */
  addAll(definitions: Readonly<Record<string, JobDefinition<DB, S>>>): void {
    const compiler = new SpecCompiler()
    const names = Object.keys(definitions)
    try {
      for (const name of names) {
        this.#jobs.set(this.#resolver.resolve(name, definitions[name] as JobDefinition<DB, S>, compiler))
      }
      checkJobGraph(this.#jobs)
    } catch (error) {
      // Taken back: to check a second collection would keep two of very many jobs.
      for (const name of names) this.#jobs.delete(name)
      throw error
    }
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
    const job = this.#get(name)
    const definition = { ...job.definition, ...changes }
    const changed = this.#resolver.resolve(name, definition, new SpecCompiler())
    checkJobGraph(new Map<string, LocalJob>(this.#jobs).set(name, changed))
    this.#jobs.set(job.changedTo(changed))
    return Object.fromEntries(Object.entries(changed.spec).filter(([field]) => Object.hasOwn(changes, field)))
  }

  /** @throws SchedulerError when there is no such job, or another comes after it */
  remove(name: string): void {
    this.get(name)
    const others = new Map<string, LocalJob>(this.#jobs)
    others.delete(name)
    checkJobGraph(others)
    this.#jobs.delete(name)
  }

  #get(name: unknown): ResolvedJob<DB, S> {
    const job = this.#jobs.get(name as string)
    if (job === undefined) throw jobNotFound(String(name), didYouMean(String(name), [...this.#jobs.keys()]))
    return job
  }
}
