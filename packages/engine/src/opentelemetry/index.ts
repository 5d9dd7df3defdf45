export { instrumentScheduler, type InstrumentedScheduler, type InstrumentOptions } from './instrument-scheduler.ts'
