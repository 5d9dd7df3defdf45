export { createMemoryStore, type MemoryStoreOptions } from '../memory-store.ts'
export { createCountingStore, type CountingStore, type RequestCounts } from './counting-store.ts'
export {
  describeStoreConformance,
  type ConformanceOptions,
  type OpenedStore,
  type TestFunctions,
} from './conformance/store-conformance.ts'
