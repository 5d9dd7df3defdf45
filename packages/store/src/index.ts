export { MAX_BODY_BYTES } from './body-limit.ts'
export type { ByteRange } from './byte-range.ts'
export { DEFAULT_CONNECTION } from './default-connection.ts'
export {
  decodeDocument,
  encodeDocument,
  FORMAT_VERSION,
  listAll,
  readDocument,
  type DecodedDocument,
  type Fields,
  type ReadDocument,
} from './document.ts'
export { createFileStore, type FileStoreDeps } from './file/file-store.ts'
export { isTooDeep } from './json-depth.ts'
export { createMemoryStore, openNamedMemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export { checkKey, checkPrefix } from './object-key.ts'
export {
  isObjectStore,
  type CallOptions,
  type FoundObject,
  type GetOptions,
  type GetResult,
  type ListedObject,
  type ListOptions,
  type ListPage,
  type ObjectStore,
  type PutCondition,
  type PutOptions,
  type PutResult,
  type TooLargeObject,
} from './object-store.ts'
export { openStore, type OpenStoreDeps, type S3ClientConnection, type StoreInput } from './open-store.ts'
export { missChance } from './probe/miss-chance.ts'
export { probeStore, type ProbeOptions, type ProbeReport } from './probe/probe-store.ts'
export { redactConnection } from '@s3sched/kernel'
export type { AgingRule, BucketSettings } from './bucket-settings.ts'
export { inspectBucket } from './inspect-bucket.ts'
export { scopeStore } from './scoped-store.ts'
export { StoreError, type StoreErrorCode } from './store-error.ts'
export { afterStep, ageOf, type Aged, type ClockStep } from './server-clock/age-of.ts'
export { ServerClock } from './server-clock/server-clock.ts'
export { timeStore } from './server-clock/timed-store.ts'
