import { orSkip, startPostgres, startRedis } from '@s3sched-tooling/engines'
import { afterAll, describe } from 'vitest'
import { openBullMq } from './bullmq-workshop.ts'
import { openPgBoss } from './pg-boss-workshop.ts'
import { targetContract } from './target-contract.ts'

const [redis, postgres] = await Promise.all([orSkip(startRedis), orSkip(startPostgres)])
afterAll(() => Promise.all([redis?.stop(), postgres?.stop()]))

describe.skipIf(redis === undefined)('on Redis', () => {
  targetContract('bullmq', () => openBullMq(redis?.url ?? '', 'contract'), { follows: true, deduplicates: true })
})

describe.skipIf(postgres === undefined)('on PostgreSQL', () => {
  targetContract('pgBoss', () => openPgBoss(postgres?.url ?? '', 'contract'), { follows: true, deduplicates: true })
})
