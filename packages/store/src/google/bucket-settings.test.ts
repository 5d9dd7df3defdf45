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

it.each<object>([
  { age: 30, matchesSuffix: ['.log'] },
  { daysSinceCustomTime: 30 },
  { customTimeBefore: '2031-01-01' },
  { noncurrentTimeBefore: '2031-01-01' },
])('finds no rule for present objects where it is for others alone: %j', async (condition) => {
  const lifecycle = { rule: [{ action: { type: 'Delete' }, condition }] }
  expect(await inspect(200, { lifecycle })).toMatchObject({ agingRules: [] })
})

it('finds a rule for all that ends as its objects do', async () => {
  const lifecycle = { rule: [{ action: { type: 'Delete' }, condition: { age: 7, matchesSuffix: ['.log', '.json'] } }] }
  expect(await inspect(200, { lifecycle })).toMatchObject({ agingRules: [{ does: 'delete', below: '', days: 7 }] })
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
