import type { JobContext } from '@s3sched/jobs'
import { silentLogger } from '@s3sched/kernel'
import { AttemptWrappers, type JobCompletedEvent, type RunEvent, SchedulerEmitter } from '../src/index.ts'
import type { InstrumentedScheduler } from '../src/opentelemetry/index.ts'

/** The parts of an engine that tell of its runs, without an engine. */
export interface ToldRuns extends InstrumentedScheduler {
  readonly events: SchedulerEmitter
  readonly around: AttemptWrappers
  leads: boolean
}

export function createToldRuns(): ToldRuns {
  const scheduler = {}
  const events = new SchedulerEmitter(silentLogger, scheduler, [])
  const around = new AttemptWrappers()
  return Object.assign(scheduler, {
    events,
    around,
    leads: false,
    on: events.on.bind(events),
    off: events.off.bind(events),
    aroundAttempts: around.add.bind(around),
    isLeader(this: ToldRuns) {
      return this.leads
    },
    getSlots: () => ({ max: 5, taken: 5, waiting: 2, longestWaitMs: 0, abandoned: 1, groups: { mail: GROUP } }),
  })
}

const GROUP = { limit: 1, taken: 1, waiting: 1 }

/** A run of a tick. */
export function runOf(jobName: string, runId = `${jobName}-1`): RunEvent {
  return { jobName, runId, scheduledTime: new Date(0), trigger: 'schedule', workerId: 'a', epoch: 1 }
}

/** The end of a run that took 70 s. */
export function completed(run: RunEvent): JobCompletedEvent {
  const sums = { duration: 70_000, attempts: 1, retryCount: 0, executionId: run.runId }
  return { ...run, ...sums, result: undefined, status: 'success' }
}

/** The context of an attempt, as far as spans look at it. */
export function contextOf({ jobName, runId }: RunEvent, attempt = 1): JobContext {
  return { jobName, runId, attempt } as JobContext
}
