import { createBucket } from '@s3sched-tooling/minio'
import { describe, inject } from 'vitest'
import { describeScenarios } from './scenarios/scenario-suite.ts'

describe.skipIf(!inject('minio'))('on an S3 server', () => {
  describeScenarios(async () => {
    const { connectionString } = await createBucket()
    return { connection: connectionString, remove: async () => undefined }
  })
})
