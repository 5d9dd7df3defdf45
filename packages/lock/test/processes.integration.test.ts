import { createBucket } from '@s3sched-tooling/minio'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { describe, expect, inject, it } from 'vitest'
import { carnage, countTogether, dieHolding, EXPECTED_LATE_WAKE, wakeTooLate } from './processes/scenarios.ts'

describe.skipIf(!inject('minio'))('processes that share a bucket', () => {
  const processes = shareOf('processes')
  it(`lose no increment of an unprotected counter, ${processes} at once`, async () => {
    const { connectionString } = await createBucket()
    expect(await countTogether(connectionString, processes, 5)).toBe(5 * processes)
  })

  it('refuse the late write of a holder that was stopped and woke up', async () => {
    const { connectionString } = await createBucket()
    expect(await wakeTooLate(connectionString)).toEqual(EXPECTED_LATE_WAKE)
  })

  it('take over from a holder that was killed', async () => {
    const { connectionString } = await createBucket()
    expect(await dieHolding(connectionString)).toMatchObject({ fence: '2', put: 'written' })
  })

  it('lose no write that was accepted, though holders are stopped and killed and never ask', async () => {
    const { connectionString } = await createBucket()
    const { wrote, refused } = await carnage(connectionString, 10)
    expect(new Set(wrote).size).toBe(wrote.length)
    expect(wrote.length).toBeGreaterThan(3)
    expect(refused).toBeGreaterThan(0)
  })
})
