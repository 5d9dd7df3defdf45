import { expect, it } from 'vitest'
import { startScriptedServer } from '../../test/scripted-server.ts'
import { inspectBucket, type BucketSettings } from '../index.ts'

async function inspect(status: number, metadata: object): Promise<BucketSettings | undefined> {
  await using server = await startScriptedServer(() => ({ status, body: JSON.stringify(metadata) }))
  return await inspectBucket(`gs://bucket/app?endpoint=${encodeURIComponent(server.endpoint)}`, { prefix: 's3sched/' })
}

it('reads what keeps old objects of a bucket of Google Cloud', async () => {
  expect(
    await inspect(200, {
      versioning: { enabled: true },
      lifecycle: {
        rule: [{ action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: 1, matchesPrefix: ['app/'] } }],
      },
      retentionPolicy: { retentionPeriod: '86400' },
      softDeletePolicy: { retentionDurationSeconds: '604800' },
    }),
  ).toEqual({ versioning: 'on', expiresNoncurrent: true, agingRules: [], retentionDays: 1, softDeleteDays: 7 })
  const elsewhere = { action: { type: 'Delete' }, condition: { isLive: false, matchesPrefix: ['logs/'] } }
  const live = { action: { type: 'Delete' }, condition: { age: 30 } }
  expect(await inspect(200, { lifecycle: { rule: [elsewhere, live] } })).toEqual({
    versioning: 'off',
    expiresNoncurrent: false,
    agingRules: [{ does: 'delete', below: '', days: 30 }],
    retentionDays: 0,
    softDeleteDays: 0,
  })
})

it('says nothing of what it may not read', async () => {
  const nothing = {
    versioning: undefined,
    expiresNoncurrent: undefined,
    agingRules: undefined,
    retentionDays: undefined,
    softDeleteDays: undefined,
  }
  expect(await inspect(403, { error: { message: 'no storage.buckets.get' } })).toEqual(nothing)
})
