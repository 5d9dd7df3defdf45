import { createBucket } from '@s3sched-tooling/minio'
import { expect, inject, it } from 'vitest'
import { rollingDeploy, tellsOf, WHOLE_DEPLOY } from './processes/rolling-deploy.ts'

it.skipIf(!inject('minio'))('a rolling deploy of three processes on an S3 server loses no tick', async () => {
  const { connectionString } = await createBucket()
  expect(tellsOf(await rollingDeploy(connectionString))).toEqual(WHOLE_DEPLOY)
})
