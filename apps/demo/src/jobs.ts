import { setTimeout as wait } from 'node:timers/promises'
import type { SchedulerJob } from '@s3sched/plugin'

/** The jobs that every instance of the demo defines. */
export const jobs: Record<string, SchedulerJob> = {
  quick: {
    schedule: '*/2 * * * * *',
    description: 'does its work at once',
    action: ({ scheduledTime }) => ({ tick: scheduledTime.toISOString() }),
  },
  'fails-first': {
    schedule: '*/5 * * * * *',
    description: 'fails in its first attempt, succeeds in its second',
    retries: 2,
    backoff: { type: 'fixed', baseMs: 300 },
    action: ({ attempt }) => {
      if (attempt === 1) throw new Error('the API answered 503')
      return { attempt }
    },
  },
  'too-slow': {
    schedule: '*/3 * * * * *',
    description: 'takes longer than its interval: every other tick is skipped',
    overlap: 'skip',
    action: ({ signal }) => wait(3500, 'done', { signal }),
  },
  'by-hand': {
    schedule: null,
    description: 'runs only when somebody asks for it',
    action: ({ askedBy }) => `hello, ${String(askedBy)}`,
  },
  'follow-up': {
    schedule: null,
    description: 'starts wherever somebody leads, once the run by hand has succeeded',
    after: 'by-hand',
    action: ({ lastRun }) => ({ isFirst: lastRun === null }),
  },
}
