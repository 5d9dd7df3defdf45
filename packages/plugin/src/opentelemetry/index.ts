export { instrumentScheduler, type InstrumentOptions } from './instrument-scheduler.ts'
