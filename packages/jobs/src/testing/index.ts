export { changeFields, damageRecord, deletePages, readFields } from './raw-records.ts'
export { dropRun, putRuns } from './raw-runs.ts'
