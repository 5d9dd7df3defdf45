export { createMemoryStore, type MemoryStoreOptions } from '../memory-store.ts'
export { createCountingStore, type CountingStore, type RequestCounts } from './counting-store.ts'
export type { ConformanceOptions, OpenedStore, TestFunctions } from './conformance/conformance.ts'
export { describeStoreConformance } from './conformance/store-conformance.ts'
export { S3_FAULTS, type S3ErrorAnswer, type S3Fault, type S3FaultChances } from './s3-server/s3-fault.ts'
export { S3_WRONGS, type S3Wrong } from './s3-server/s3-wrong.ts'
export type { S3Verb } from './s3-server/s3-request.ts'
export { startS3Server, type S3Server, type S3ServerOptions } from './s3-server/s3-server.ts'
export { type FaultKind, type Faults, type RequestKind } from './faults.ts'
export { createGatedStore } from './gated-store.ts'
export {
  createFaultyStore,
  type FaultyStore,
  type FaultyStoreOptions,
  type Partition,
  type Refusal,
} from './faulty-store.ts'
export {
  createStoreHistory,
  type Moment,
  type Outcome,
  type RecordedCall,
  type StoreHistory,
  type StoreHistoryOptions,
} from './store-history.ts'
