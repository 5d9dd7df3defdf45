import type { CoreEvents, EventObserver, RunEvent } from '@s3sched/engine'
import type { Logger } from '@s3sched/kernel'
import type { ResolvedSchedulerOptions } from './resolve-options.ts'

type Hooks = Pick<ResolvedSchedulerOptions, 'onJobStart' | 'onJobComplete' | 'onJobError'>
type Calls = { readonly [E in keyof CoreEvents]?: (run: CoreEvents[E]) => void }

/** The functions of the options, and their calls that have not ended. A failure of a function is logged. */
export class JobHooks implements EventObserver {
  readonly #calls: Calls
  readonly #logger: Logger
  readonly #open = new Map<string, Set<Promise<void>>>()

  constructor({ onJobComplete, onJobError, onJobStart }: Hooks, database: () => unknown, logger: Logger) {
    this.#logger = logger
    this.#calls = {
      ...(onJobStart && {
        jobStarted: (run) =>
          this.#call('onJobStart', run, () => onJobStart(run.jobName, { ...run, database: database() })),
      }),
      ...(onJobComplete && {
        jobCompleted: (run) =>
          this.#call('onJobComplete', run, () => onJobComplete(run.jobName, run.result, run.duration)),
      }),
      ...(onJobError && {
        jobFailed: (run) => this.#call('onJobError', run, () => onJobError(run.jobName, run.error, run.attempts)),
      }),
    }
  }

  hear(event: keyof CoreEvents): boolean {
    return this.#calls[event] !== undefined
  }

  heard<E extends keyof CoreEvents>(event: E, payload: CoreEvents[E]): void {
    this.#calls[event]?.(payload)
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

  #call(name: keyof Hooks, { jobName }: RunEvent, hook: () => unknown): void {
    let settle: (() => void) | undefined
    const ended = new Promise<void>((resolve) => {
      settle = resolve
    })
    const open = this.#open.get(jobName) ?? new Set()
    // Listed before the function is called, which may start the job anew.
    this.#open.set(jobName, open.add(ended))
    const run = async (): Promise<unknown> => hook()
    void run()
      .catch((error: unknown) => this.#logger.error(`the function '${name}' of the options threw`, { error, jobName }))
      .finally(() => {
        open.delete(ended)
        if (open.size === 0) this.#open.delete(jobName)
        settle?.()
      })
  }
}
