export { instrumentScheduler, type InstrumentedScheduler, type InstrumentOptions } from '@s3sched/engine/opentelemetry'
