export { createBucket, type TestBucket } from './bucket.ts'
export type { MinioConnection } from './connection.ts'
