export { changeFields, damageRecord, damageRecords, deleteOutcomes, deletePages, readFields } from './raw-records.ts'
export { dropRun, putRuns } from './raw-runs.ts'
