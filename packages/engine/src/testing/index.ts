export {
  createTestBench,
  type BenchedScheduler,
  type BenchWorld,
  type TestBench,
  type TestBenchOptions,
  type TestWorld,
} from './test-bench.ts'
export type { WatchedScheduler } from './run-watch.ts'
export type { ViewedScheduler } from './wait-for-run.ts'
