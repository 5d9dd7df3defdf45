export { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
export { createMemoryStore } from '@s3sched/store'
export {
  createTestPlugin,
  createTestScheduler,
  type TestBench,
  type TestPlugin,
  type TestPluginOptions,
  type TestScheduler,
  type TestSchedulerOptions,
} from './test-scheduler.ts'
