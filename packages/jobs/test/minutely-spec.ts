import type { JobSpec } from '../src/definition/job-spec.ts'

/** A job of every minute, without a timeout and with a short window for late ticks. */
export const spec: JobSpec = {
  schedule: '* * * * *',
  timezone: 'UTC',
  description: '',
  enabled: true,
  retries: 0,
  backoff: 'exponential',
  timeout: 0,
  runOnStart: false,
  overlap: 'skip',
  catchUp: 'latest',
  catchUpWindowMs: 1000,
  jitterMs: 0,
  after: [],
  onLost: 'record',
  deadline: 0,
  priority: 0,
  group: null,
  groupLimit: 1,
  groupFleetLimit: 0,
}
