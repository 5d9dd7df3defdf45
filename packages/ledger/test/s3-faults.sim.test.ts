import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { openStore } from '@s3sched/store'
import { startS3Server, type S3FaultChances } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { changeTogether } from './shared-store.ts'

/** The number of seeds; every seed is a server with a sequence of faults of its own. */
const SEEDS = casesOf(4)

const FAULTS: S3FaultChances = {
  lostBefore: 0.03,
  lostAfter: 0.05,
  late: 0.04,
  internalError: 0.02,
  internalErrorAfter: 0.04,
  conflict: 0.04,
  slowDown: 0.01,
  truncatedBody: 0.03,
}

const noJitter = { float: () => 0, id: () => 'unused' }

describe('ledgers on a server that loses answers, over the real driver', () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))(
    'lose no change and double none (seed %i)',
    async (seed) => {
      await using server = await startS3Server({ random: createSeededRandom(seed), faults: FAULTS })
      const size = { keys: 40, rounds: 3, writers: 3 }
      const { pages, ...counts } = await changeTogether(() => openStore(server.connection, { random: noJitter }), size)
      expect(counts).toEqual({ written: 360, found: 360, wrong: [], entries: 360 })
      expect(pages).toBeGreaterThan(2)
    },
  )
})
