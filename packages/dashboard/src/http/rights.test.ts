import { expect, it } from 'vitest'
import type { LeaderView } from '@s3sched/operator'
import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import { type Rights, seenPart } from './rights.ts'

const held = (shards?: readonly LeaderView[]): LeaderView =>
  ({
    state: 'held',
    workerId: 'web-1',
    unclaimed: { billing: 1, report: null },
    unserved: { billing: 1, report: 2 },
    ...(shards === undefined ? {} : { shards }),
  }) as unknown as LeaderView
const snapshot = {
  health: [],
  jobs: [],
  leader: held([held(), { state: 'missing' }]),
  requests: [],
  unreadable: [],
  workers: [{ workerId: 'web-1', notes: { redefined: { count: 1, jobs: ['report'] } } }],
} as unknown as FleetSnapshot
const rights = (seen: ReadonlySet<string> | undefined): Rights =>
  ({ seenOf: () => Promise.resolve(seen) }) as unknown as Rights

it('names no job of others in a lease, in the lease of a shard, or in what an instance notes', async () => {
  const part = await seenPart(snapshot, rights(new Set(['billing'])))
  const mine = { unclaimed: { billing: 1 }, unserved: { billing: 1 } }
  expect(part.leader).toMatchObject({ workerId: 'web-1', ...mine, shards: [{ workerId: 'web-1', ...mine }, {}] })
  expect(part.workers).toEqual([{ workerId: 'web-1' }])
  expect(JSON.stringify(part)).not.toMatch(/report/)
})

it('is the whole snapshot for a caller who may see every job', async () => {
  expect(await seenPart(snapshot, rights(undefined))).toBe(snapshot)
})
