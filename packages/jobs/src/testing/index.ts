export { changeFields, damageRecord, deletePages, readFields } from './raw-records.ts'
