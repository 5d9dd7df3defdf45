import { messageOf } from '@s3sched/kernel'
import type { JobHistoryEntry, RunEvent } from '@s3sched/engine'
import type { JobContext } from '@s3sched/jobs'
import type { SchedulerCore } from '../scheduler-core.ts'

/**
 * The runs of a test scheduler according to its events: the executing actions, and the ends of runs without a history.
 */
export class RunWatch {
  /** Counts the verdicts on ticks and runs, whose ends only the history tells. */
  verdicts = 0
  /** The difference between the clocks of the test and of the store, in ms, when there is one. */
  skewMs = 0
  /** The attempts whose actions have not returned, with the real time that the waits gave them, in ms. */
  readonly #executing = new Map<JobContext, number>()
  readonly #startTimes = new Map<string, Date>()
  readonly #ended = new Map<string, JobHistoryEntry>()

  constructor(scheduler: SchedulerCore, now: () => Date) {
    scheduler.aroundAttempts(async (context, attempt) => {
      this.#executing.set(context, 0)
      try {
        return await attempt()
      } finally {
        this.#executing.delete(context)
      }
    })
    scheduler.on('jobStarted', ({ runId }) => void this.#startTimes.set(runId, now()))
    scheduler.on('jobCompleted', (run) => {
      const { attempts, duration, result } = run
      this.#note(run, { status: 'success', attempts, duration, result, endTime: now() })
    })
    scheduler.on('jobFailed', (run) => {
      const { attempts, duration, status } = run
      this.#note(run, { status, attempts, duration, error: messageOf(run.error), endTime: now() })
    })
    scheduler.on('plg:scheduler:clock-skew', ({ skew }) => {
      this.skewMs = skew
    })
    for (const verdict of ['plg:scheduler:job-missed', 'plg:scheduler:job-lost'] as const) {
      scheduler.on(verdict, () => void this.verdicts++)
    }
    scheduler.on('plg:scheduler:job-skipped', ({ reason, ...tick }) => {
      this.#note(tick, { status: 'skipped', error: reason, endTime: now() })
    })
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

  /** The end of a tick's run, according to the events. */
  endOf(jobName: string, tick: number): JobHistoryEntry | undefined {
    return this.#ended.get(`${jobName} ${tick}`)
  }

  #note(
    run: Pick<RunEvent, 'jobName' | 'scheduledTime'> & Partial<RunEvent>,
    end: Pick<JobHistoryEntry, 'status' | 'endTime'> & Partial<JobHistoryEntry>,
  ): void {
    const { jobName, runId = '', scheduledTime, trigger = 'schedule', workerId = '', epoch } = run
    const { status, endTime, attempts = 0, duration = 0, error = null, result } = end
    this.#ended.set(`${jobName} ${scheduledTime.getTime()}`, {
      id: runId,
      jobName,
      status,
      trigger,
      scheduledTime,
      startTime: this.#startTimes.get(runId) ?? null,
      endTime,
      duration,
      attempts,
      attemptDetails: [],
      retryCount: Math.max(0, attempts - 1),
      result,
      error,
      log: [],
      workerId,
      epoch: epoch ?? null,
      from: null,
      to: null,
      count: 1,
    })
  }
}
