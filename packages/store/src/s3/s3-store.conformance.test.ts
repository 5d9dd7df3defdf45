import { createSeededRandom } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { openStore } from '../open-store.ts'
import { describeStoreConformance, startS3Server } from '../testing/index.ts'

/** No wait between tries: the jitter is drawn as 0. */
const noJitter = { float: () => 0, id: () => 'unused' }

/** Small pages show what pages of 1,000 do; the integration tests list those on a real server. */
const pageSize = 20

describeStoreConformance(
  'the S3 driver',
  { describe, it, expect },
  async () => {
    const server = await startS3Server({ pageSize })
    return { store: openStore(server.connection), close: () => server.close() }
  },
  { pageSize },
)

describeStoreConformance(
  'the S3 driver, with requests lost and refused',
  { describe, it, expect },
  async () => {
    const server = await startS3Server({
      pageSize,
      random: createSeededRandom(11),
      faults: {
        lostBefore: 0.04,
        internalError: 0.04,
        conflict: 0.04,
        slowDown: 0.02,
        tooManyRequests: 0.02,
        truncatedBody: 0.04,
      },
    })
    return { store: openStore(server.connection, { random: noJitter }), close: () => server.close() }
  },
  { pageSize },
)
