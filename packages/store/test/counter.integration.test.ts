import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBucket } from '@s3sched-tooling/minio'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { describe, expect, inject, it } from 'vitest'
import { countTogether } from './count-together.ts'

/** The number of increments per process; CI takes all, in a minute. */
const SHARE = shareOf('increments')
/** With a lock, twice as many take turns. */
const PROCESSES = shareOf('processes') / 2
const COUNT = { processes: PROCESSES, share: SHARE, kills: 3 } as const
const LONGEST_MS = 600_000

it(
  `${PROCESSES} processes add ${SHARE} each in a folder, and nothing is lost`,
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3sched-counter-'))
    expect(await countTogether(`file://${directory}`, COUNT)).toEqual({ killed: 3, problems: [] })
    await rm(directory, { recursive: true })
  },
  LONGEST_MS,
)

describe.skipIf(!inject('minio'))('on MinIO', () => {
  it(
    `${PROCESSES} processes add ${SHARE} each in a bucket, and nothing is lost`,
    async () => {
      const { connectionString } = await createBucket()
      expect(await countTogether(connectionString, COUNT)).toEqual({ killed: 3, problems: [] })
    },
    LONGEST_MS,
  )
})
