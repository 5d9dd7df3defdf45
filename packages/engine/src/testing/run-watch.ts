import type { JobContext } from '@s3sched/jobs'
import type { Listener } from '@s3sched/kernel'
import type { AroundAttempt } from '../definitions/around-attempt.ts'
import type { SchedulerEvents } from '../events.ts'

/** The part of a scheduler that tells of its runs. */
export interface WatchedScheduler {
  /** Adds a listener. */
  on<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): unknown
  /** Wraps each attempt. @returns removes the wrapper */
  aroundAttempts(around: AroundAttempt): () => void
}

/** The runs of a test scheduler according to its events: the executing actions, and the ends. */
export class RunWatch {
  /** Counts the verdicts on ticks and runs, whose ends only the history tells. */
  verdicts = 0
  /** The difference between the clocks of the test and of the store, in ms, when there is one. */
  skewMs = 0
  /** The attempts whose actions have not returned, with the real time that the waits gave them, in ms. */
  readonly #executing = new Map<JobContext, number>()
  readonly #ended = new Set<string>()

  constructor(scheduler: WatchedScheduler) {
    scheduler.aroundAttempts(async (context, attempt) => {
      this.#executing.set(context, 0)
      try {
        return await attempt()
      } finally {
        this.#executing.delete(context)
      }
    })
    for (const end of ['jobCompleted', 'jobFailed', 'plg:scheduler:job-skipped'] as const) {
      scheduler.on(end, ({ jobName, scheduledTime }) => {
        this.#ended.add(keyOf(jobName, scheduledTime.getTime()))
      })
    }
    scheduler.on('plg:scheduler:clock-skew', ({ skew }) => {
      this.skewMs = skew
    })
    for (const verdict of ['plg:scheduler:job-missed', 'plg:scheduler:job-lost'] as const) {
      scheduler.on(verdict, () => void this.verdicts++)
    }
  }

  /** The attempts whose actions have not returned. */
  get executing(): readonly JobContext[] {
    return [...this.#executing.keys()]
  }

  /**
   * The real time that the newest of these attempts was given, in ms; `Infinity` without an attempt. Each attempt has a
   * patience of its own: other events, such as the ticks that a hanging action makes its job skip, give it no more.
   */
  get givenMs(): number {
    return Math.min(...this.#executing.values())
  }

  /** A wait has given the attempts real time. */
  give(ms: number): void {
    for (const [attempt, givenMs] of this.#executing) this.#executing.set(attempt, givenMs + ms)
  }

  /** True once the events have told of the end of a tick. */
  hasEnded(jobName: string, tick: number): boolean {
    return this.#ended.has(keyOf(jobName, tick))
  }
}

function keyOf(jobName: string, tick: number): string {
  return `${jobName} ${tick}`
}
