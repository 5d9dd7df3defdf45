export { TRIGGERS, type Trigger } from '../run-record.ts'
export { RUN_STATUSES, type RunStatus } from '../run-status.ts'
export { emptyStatistics, foldStatistics, type JobStatistics, parseStatistics, supersedeLost } from '../statistics.ts'
export { summarizeStatistics } from '../statistics-summary.ts'
