import { createBucket } from '@s3sched-tooling/minio'
import { openStore } from '@s3sched/store'
import { describe, expect, inject, it } from 'vitest'
import { changeTogether } from './shared-store.ts'

describe.skipIf(!inject('minio'))('ledgers that share a bucket', () => {
  it('lose no change and double none, while they split the same pages', async () => {
    const { connectionString } = await createBucket()
    const size = { keys: 100, rounds: 3, writers: 4 }
    const { pages, ...counts } = await changeTogether(() => openStore(connectionString), size)
    expect(counts).toEqual({ written: 1200, found: 1200, wrong: [], entries: 1200 })
    expect(pages).toBeGreaterThan(4)
  })
})
