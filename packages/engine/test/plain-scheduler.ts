import { type AnyJobDefinition, type AnyJobs, type JobContext, Mistakes } from '@s3sched/jobs'
import { resolveOptions, silentLogger } from '@s3sched/kernel'
import {
  type AroundAttempt,
  AttemptWrappers,
  checkEngineOptions,
  claimAheadOf,
  type Engine,
  engineFields,
  type EngineOptions,
  engineRelations,
  EngineViews,
  IsolatedJobs,
  JobCatalog,
  type JobHistoryEntry,
  JobManager,
  type JobStatus,
  loadEngine,
  openEngine,
  type ResolvedEngineOptions,
  SchedulerEmitter,
  SchedulerListeners,
} from '../src/index.ts'
import {
  createTestBench,
  type BenchedScheduler,
  type BenchWorld,
  type TestBench,
  type TestBenchOptions,
} from '../src/testing/index.ts'

export type PlainJobs = Readonly<Record<string, AnyJobDefinition>>

/** A scheduler of the parts of the engine alone, whose actions get the context of their run. */
export class PlainScheduler extends SchedulerListeners<AnyJobs> implements BenchedScheduler {
  readonly manager: JobManager
  readonly #around = new AttemptWrappers()
  protected override readonly emitter: SchedulerEmitter
  readonly #catalog: JobCatalog
  readonly #views: EngineViews
  readonly #world: BenchWorld
  readonly #options: ResolvedEngineOptions
  core: Engine | undefined

  constructor(world: BenchWorld, jobs: PlainJobs, given: EngineOptions = {}) {
    super()
    const { clock } = world
    const mistakes = new Mistakes()
    checkEngineOptions(given, 'PlainScheduler', mistakes)
    mistakes.throwIfAny()
    const fields = resolveOptions(
      'PlainScheduler',
      engineFields,
      { enableCoordinator: false, ...given },
      engineRelations,
    )
    const options = (this.#options = { ...fields, claimAhead: claimAheadOf(fields) })
    this.#world = world
    const isolated = new IsolatedJobs({ clock, logger: silentLogger, database: () => undefined, withDatabase: false })
    const call = (action: (...args: never[]) => unknown, context: JobContext): unknown =>
      (action as (context: JobContext) => unknown)(context)
    const host = { shape: '(context) => result', call, around: this.#around, isolated }
    const catalog = (this.#catalog = new JobCatalog(options, host, { clock, onFast: () => undefined }))
    catalog.addAll(jobs)
    const events = (this.emitter = new SchedulerEmitter(silentLogger, this, []))
    this.manager = new JobManager({ clock, events, logger: silentLogger }, { catalog, life: this })
    this.#views = new EngineViews({ clock, catalog, life: this }, options)
  }

  async open(): Promise<Engine> {
    const world = { ...this.#world, events: this.emitter, logger: silentLogger }
    const { signal } = new AbortController()
    const deps = { catalog: this.#catalog, database: () => undefined, scheduler: this, signal }
    return (this.core ??= await openEngine(world, deps, this.#options))
  }

  async start(): Promise<void> {
    await (await this.open()).start()
  }

  async stop({ timeout }: { readonly timeout: number }): Promise<void> {
    await this.core?.stop(timeout)
  }

  aroundAttempts(around: AroundAttempt): () => void {
    return this.#around.add(around)
  }

  getJobStatus(name: string): JobStatus | null {
    return this.#views.job(name)
  }

  getJobHistory(...asked: Parameters<BenchedScheduler['getJobHistory']>): Promise<JobHistoryEntry[]> {
    return this.#views.history(...asked)
  }
}

export type PlainBenchOptions = Pick<TestBenchOptions, 'patienceMs' | 'store'> &
  EngineOptions & { readonly jobs: PlainJobs }

/** A {@link PlainScheduler} on a bench, with little patience for real work. */
export function createPlainBench({
  jobs,
  patienceMs = 20,
  store,
  ...options
}: PlainBenchOptions): Promise<TestBench<PlainScheduler>> {
  return createTestBench('createPlainBench', { patienceMs, store }, async (world) => {
    await loadEngine()
    return new PlainScheduler(world, jobs, options)
  })
}
