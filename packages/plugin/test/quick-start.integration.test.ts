import { createBucket } from '@s3sched-tooling/minio'
import { describe, expect, inject, it } from 'vitest'
import { quickStart, QUICK_START_REPORT } from './quick-start.ts'

describe.skipIf(!inject('minio'))('the Quick Start', () => {
  it('runs on an S3 server', async () => {
    const { connectionString } = await createBucket()
    expect(await quickStart(connectionString)).toEqual(QUICK_START_REPORT)
  })
})
