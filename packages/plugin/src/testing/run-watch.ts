import { messageOf } from '@s3sched/kernel'
import type { JobHistoryEntry, RunEvent } from '@s3sched/engine'
import type { JobContext } from '@s3sched/jobs'
import type { SchedulerCore } from '../scheduler-core.ts'

/**
 * The runs of a test scheduler according to its events: the executing actions, and the ends of runs without a history.
 */
export class RunWatch {
  /** Counts events, so that a wait knows about any progress. */
  changes = 0
  /** The difference between the clocks of the test and of the store, in ms, when there is one. */
  skewMs = 0
  readonly #executing = new Set<JobContext>()
  readonly #startTimes = new Map<string, Date>()
  readonly #ended = new Map<string, JobHistoryEntry>()

  constructor(scheduler: SchedulerCore, now: () => Date) {
    scheduler.aroundAttempts(async (context, attempt) => {
      this.changes++
      this.#executing.add(context)
      try {
        return await attempt()
      } finally {
        this.changes++
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
      scheduler.on(verdict, () => void this.changes++)
    }
    scheduler.on('plg:scheduler:job-skipped', ({ reason, ...tick }) => {
      this.#note(tick, { status: 'skipped', error: reason, endTime: now() })
    })
  }

  /** The attempts whose actions have not returned. */
  get executing(): readonly JobContext[] {
    return [...this.#executing]
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
    this.changes++
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
