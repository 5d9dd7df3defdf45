import type { Fields } from '@s3sched/store'

const NO_COUNTS = { success: 0, failed: 0, timeout: 0, cancelled: 0, skipped: 0, missed: 0, lost: 0 }

/** What a job's record means by leaving a field out. Written anew from the format: the checkers trust no code under test. */
const LEFT_OUT: Fields = {
  override: null,
  paused: false,
  removed: false,
  orphanedAt: null,
  lastRun: null,
  consumed: {},
  statistics: { counts: NO_COUNTS },
  lost: [],
}

const LEFT_OUT_OF_SPEC: Fields = {
  timezone: 'UTC',
  description: '',
  enabled: true,
  retries: 0,
  backoff: 'exponential',
  timeout: 300_000,
  runOnStart: false,
  overlap: 'skip',
  catchUp: 'latest',
  catchUpWindowMs: 86_400_000,
  jitterMs: 0,
  after: [],
  onLost: 'record',
  deadline: 0,
  priority: 0,
  group: null,
  groupLimit: 1,
  groupFleetLimit: 0,
}

/** The fields of a job's record, with those that the record leaves out. @param text - JSON of the record */
export function recordFields(text: string): Fields {
  const { spec, ...stored } = JSON.parse(text) as Fields
  return { ...LEFT_OUT, ...stored, spec: { ...LEFT_OUT_OF_SPEC, ...(spec as Fields) } }
}
