import type { CoreEvents } from '@s3sched/engine'
import type { Logger } from '@s3sched/kernel'
import type { ResolvedSchedulerOptions } from './resolve-options.ts'
import type { JobCompletedEvent, JobFailedEvent, JobStartedEvent } from './scheduler-events.ts'

type Hooks = Pick<ResolvedSchedulerOptions, 'onJobStart' | 'onJobComplete' | 'onJobError'>

const HOOK_OF: { readonly [E in keyof CoreEvents]?: keyof Hooks } = {
  jobStarted: 'onJobStart',
  jobCompleted: 'onJobComplete',
  jobFailed: 'onJobError',
}

/** The functions of the options, and their calls that have not ended. A failure of a function is logged. */
export class JobHooks {
  readonly #hooks: Hooks
  readonly #database: () => unknown
  readonly #logger: Logger
  readonly #open = new Map<string, Set<Promise<void>>>()

  constructor(hooks: Hooks, database: () => unknown, logger: Logger) {
    this.#hooks = hooks
    this.#database = database
    this.#logger = logger
  }

  /** True if the options have a function for the event. */
  hear(event: keyof CoreEvents): boolean {
    const name = HOOK_OF[event]
    return name !== undefined && this.#hooks[name] != null
  }

  /** The next three call the function of the options. @returns the given run */
  started(run: JobStartedEvent): JobStartedEvent {
    this.#call('onJobStart', run.jobName, (hook) => hook(run.jobName, { ...run, database: this.#database() }))
    return run
  }

  completed(run: JobCompletedEvent): JobCompletedEvent {
    this.#call('onJobComplete', run.jobName, (hook) => hook(run.jobName, run.result, run.duration))
    return run
  }

  failed(run: JobFailedEvent): JobFailedEvent {
    this.#call('onJobError', run.jobName, (hook) => hook(run.jobName, run.error, run.attempts))
    return run
  }

  /**
   * Settles as `run` does, after the calls for the job that began meanwhile. An older call, which may itself be waiting for
   * the caller, is not waited for.
   */
  async awaited<T>(jobName: string, run: () => Promise<T>): Promise<T> {
    const older = new Set(this.#open.get(jobName))
    try {
      return await run()
    } finally {
      await Promise.all([...(this.#open.get(jobName) ?? [])].filter((call) => !older.has(call)))
    }
  }

  #call<N extends keyof Hooks>(name: N, jobName: string, call: (hook: NonNullable<Hooks[N]>) => unknown): void {
    const hook = this.#hooks[name]
    if (hook == null) return
    let settle: (() => void) | undefined
    const ended = new Promise<void>((resolve) => {
      settle = resolve
    })
    const open = this.#open.get(jobName) ?? new Set()
    // Listed before the function is called, which may start the job anew.
    this.#open.set(jobName, open.add(ended))
    const run = async (): Promise<unknown> => call(hook)
    void run()
      .catch((error: unknown) => this.#logger.error(`the function '${name}' of the options threw`, { error, jobName }))
      .finally(() => {
        open.delete(ended)
        if (open.size === 0) this.#open.delete(jobName)
        settle?.()
      })
  }
}
