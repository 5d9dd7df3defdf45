export { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
export { createMemoryStore } from '@s3sched/store'
export type { TestBench } from '@s3sched/engine/testing'
export {
  createTestPlugin,
  createTestScheduler,
  type TestPlugin,
  type TestPluginOptions,
  type TestScheduler,
  type TestSchedulerOptions,
} from './test-scheduler.ts'
