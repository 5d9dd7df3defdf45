export { temporal, type TemporalClient, type TemporalHandle, type TemporalOptions } from './temporal-target.ts'
