import type { OpenRun } from '@s3sched/jobs'
import type { ReadDocument } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import { decideLife, type LifeDecision } from './decide-recovery.ts'
import { DAY, facts, leaders, members, NOON, retry, SLACK, TTL, type Changes } from '../../test/recovery-facts.ts'

const life = (run: OpenRun, changes?: Changes): LifeDecision => decideLife(facts(run, changes))

type Found = Extract<ReadDocument, { outcome: 'found' }>

const found = (fields: Record<string, unknown>, ageMs = 0): Found => ({
  outcome: 'found',
  fields,
  nonce: 'n',
  etag: 'e',
  lastModified: NOON - ageMs,
  serverTime: NOON,
})

const unreadable = (ageMs: number): ReadDocument => {
  return { outcome: 'unreadable', problem: '?', etag: 'e', lastModified: NOON - ageMs, serverTime: NOON }
}

const missing: ReadDocument = { outcome: 'missing', serverTime: NOON }
const unchanged: ReadDocument = { outcome: 'unchanged', serverTime: NOON }
const ALIVE = { act: 'find', life: 'alive', wait: 'keep' }
const GONE = { act: 'find', life: 'gone', wait: 'keep' }
const WAITS = { act: 'find', life: 'alive', wait: 'begin' }
const follower: Changes = { self: { workerId: 'w2', instance: 'i2', role: 'member', epoch: null } }

describe('the life of a run on a run lease', () => {
  const leased: OpenRun = { ...leaders, leaseMs: 2000 }

  it('is over with its lease, although its leader lives', () => {
    expect(life(leased, follower)).toEqual({ act: 'look-up', fact: 'leaseLeftMs' })
    expect(life(leased, { ...follower, knownEpoch: 7, leaseLeftMs: 0 })).toEqual(GONE)
    expect(life(leased, { ...follower, knownEpoch: 7, leaseLeftMs: 1 })).toEqual(ALIVE)
    expect(life(leased, { ...follower, knownEpoch: 7, leaseLeftMs: Infinity })).toEqual(ALIVE)
  })

  it('depends on the leader from the first noted attempt on', () => {
    expect(life({ ...leased, retry }, { ...follower, knownEpoch: 7 })).toEqual(ALIVE)
  })
})

describe('the life of a leader’s run', () => {
  it('ends with the epoch, for the next leader', () => {
    expect(life(leaders)).toEqual(GONE)
    expect(life({ ...leaders, epoch: 8 })).toEqual(GONE)
    expect(life({ ...leaders, epoch: null })).toEqual(GONE)
  })

  it('is waited for if the run’s epoch is later than the leader’s own', () => {
    const later = { ...leaders, epoch: 9 }
    expect(life(later)).toEqual(WAITS)
    expect(life(later, { waitedMs: TTL })).toEqual(ALIVE)
    expect(life(later, { waitedMs: TTL + 1 })).toEqual(GONE)
  })

  it('is judged by the known epoch, where the instance does not lead', () => {
    expect(life(leaders, { ...follower, knownEpoch: 6 })).toEqual(ALIVE)
    expect(life(leaders, { ...follower, knownEpoch: 7 })).toEqual(ALIVE)
    expect(life(leaders, { ...follower, knownEpoch: 8 })).toEqual(GONE)
    expect(life({ ...leaders, epoch: null }, { ...follower, knownEpoch: 1 })).toEqual(GONE)
    expect(life({ ...leaders, epoch: null }, { ...follower, knownEpoch: 0 })).toEqual(ALIVE)
  })

  it('is judged by the member object, where no epoch is known', () => {
    const alone = { ...follower, knownEpoch: undefined }
    expect(life(leaders, alone)).toEqual({ act: 'look-up', fact: 'member' })
    const own = { ...leaders, workerId: 'w2', instance: 'i2' }
    expect(life(own, alone)).toEqual({ act: 'look-up', fact: 'member' })
  })

  it('counts an absent epoch of its own as none', () => {
    const self = { workerId: 'w2', instance: 'i2', role: 'leader', epoch: null } as const
    expect(life({ ...leaders, epoch: 1 }, { self })).toEqual(WAITS)
    expect(life({ ...leaders, epoch: 0 }, { self })).toEqual(GONE)
  })

  describe('of another shard count', () => {
    const other: OpenRun = { ...leaders, shards: 4 }
    const held = { fence: 7, state: 'held', ttlMs: 30_000 }
    const byLease = (lease: ReadDocument) => life(other, { lease })

    it('depends on its leader’s own lease', () => {
      expect(life(other)).toEqual({ act: 'look-up', fact: 'lease' })
      expect(life(other, { shards: 4 })).toEqual(GONE)
      expect(life(leaders, { shards: 4 })).toEqual({ act: 'look-up', fact: 'lease' })
      expect(byLease(found(held, 30_000 + SLACK))).toEqual(ALIVE)
      expect(byLease(found(held, 30_000 + SLACK + 1))).toEqual(GONE)
    })

    it('ends with the lease', () => {
      expect(byLease(missing)).toEqual(GONE)
      expect(byLease(unchanged)).toEqual(GONE)
      expect(byLease(found({ ...held, state: 'free' }))).toEqual(GONE)
      expect(byLease(found({ ...held, fence: 8 }))).toEqual(GONE)
    })

    it('is believed for this instance’s own ttl if the lease does not tell a ttl', () => {
      expect(byLease(found({ ...held, ttlMs: '30' }, TTL + SLACK))).toEqual(ALIVE)
      expect(byLease(found({ ...held, ttlMs: '30' }, TTL + SLACK + 1))).toEqual(GONE)
    })

    it('is believed if the lease does not tell a fence, for as long as the lease is fresh', () => {
      expect(byLease(found({ state: 'free' }, TTL))).toEqual(ALIVE)
      expect(byLease(unreadable(TTL + SLACK))).toEqual(ALIVE)
      expect(byLease(unreadable(TTL + SLACK + 1))).toEqual(GONE)
    })

    it('is believed if the store does not tell the time', () => {
      expect(byLease({ ...found(held), lastModified: undefined })).toEqual(ALIVE)
      expect(byLease({ ...unreadable(2 * TTL), serverTime: undefined })).toEqual(ALIVE)
    })
  })
})

describe('the life of a member’s run', () => {
  const byMember = (member: ReadDocument, changes?: Changes) =>
    life(members, { member, process: 'unknown', ...changes })

  it('is over for the process that claimed the run and has it no more', () => {
    const own = { workerId: 'w1', instance: 'i1', role: 'member', epoch: null } as const
    expect(life(members, { self: own })).toEqual(GONE)
    expect(life(members, { self: { ...own, instance: 'i9' } })).toEqual({ act: 'look-up', fact: 'member' })
    expect(life(members, { self: { ...own, workerId: 'w9' } })).toEqual({ act: 'look-up', fact: 'member' })
  })

  it.each([missing, unchanged])('is waited for while the member object is $outcome', (member) => {
    expect(byMember(member)).toEqual(WAITS)
    expect(byMember(member, { waitedMs: 0 })).toEqual(ALIVE)
    expect(byMember(member, { waitedMs: TTL + 1 })).toEqual(GONE)
  })

  describe('whose process wrote the member object', () => {
    const runs = { extra: { runs: true } }
    const member = (ageMs?: number) => found({ instance: 'i1', staleAfterMs: 30_000, ...runs }, ageMs)

    it('ends with the process, if this host knows the process', () => {
      expect(life(members, { member: member() })).toEqual({ act: 'look-up', fact: 'process' })
      expect(byMember(member(), { process: 'gone' })).toEqual(GONE)
    })

    it.each(['here', 'self', 'unknown'] as const)('lasts while the object is fresh, with a process %s', (process) => {
      expect(byMember(member(30_000 + SLACK), { process })).toEqual({ act: 'find', life: 'alive', wait: 'end' })
      expect(byMember(member(30_000 + SLACK + 1), { process })).toEqual({ act: 'find', life: 'gone', wait: 'end' })
    })

    it('lasts while the object is fresh by its age since a step of the store’s clock', () => {
      const stepped = (agoMs: number) =>
        byMember({ ...member(DAY), step: { at: NOON - agoMs, byMs: DAY } }, { process: 'unknown' })
      expect(stepped(30_000 + SLACK)).toMatchObject({ life: 'alive' })
      expect(stepped(30_000 + SLACK + 1)).toMatchObject({ life: 'gone' })
    })

    it('is believed for a lease time if the process executes nothing by its object', () => {
      const idle = (ageMs: number) => found({ instance: 'i1', staleAfterMs: DAY }, ageMs)
      expect(byMember(idle(TTL + SLACK))).toMatchObject({ life: 'alive' })
      expect(byMember(idle(TTL + SLACK + 1))).toMatchObject({ life: 'gone' })
    })

    it('is believed for a lease time if the object makes no promise', () => {
      const silent = (ageMs: number) => found({ instance: 'i1', ...runs }, ageMs)
      expect(byMember(silent(TTL + SLACK))).toMatchObject({ life: 'alive' })
      expect(byMember(silent(TTL + SLACK + 1))).toMatchObject({ life: 'gone' })
    })

    it('is believed if the store does not tell the time', () => {
      expect(byMember({ ...member(DAY), serverTime: undefined })).toEqual(ALIVE)
      expect(byMember({ ...member(DAY), lastModified: undefined })).toEqual(ALIVE)
    })
  })

  describe('whose member object does not name a process', () => {
    it('is believed for a lease time, without a look at the host', () => {
      expect(life(members, { member: unreadable(TTL + SLACK) })).toEqual({ act: 'find', life: 'alive', wait: 'end' })
      expect(life(members, { member: unreadable(TTL + SLACK + 1) })).toEqual({ act: 'find', life: 'gone', wait: 'end' })
      expect(life(members, { member: found({ staleAfterMs: 5000 }, 5000 + SLACK + 1) })).toMatchObject({ life: 'gone' })
    })
  })

  describe('whose member object belongs to another process', () => {
    const earlier = (at: number, more: Record<string, unknown> = { staleAfterMs: 30_000 }) =>
      found({ instance: 'i9', earlier: { completeSince: 1, writes: [{ instance: 'i1', at, ...more }] } }, 10 * TTL)

    it('depends on the last write of its own process', () => {
      expect(byMember(earlier(NOON - 30_000 - SLACK))).toEqual(ALIVE)
      expect(byMember(earlier(NOON - 30_000 - SLACK - 1))).toEqual(GONE)
    })

    it('depends on the last write by its age since a step of the store’s clock', () => {
      const stepped = (agoMs: number) => byMember({ ...earlier(NOON - DAY), step: { at: NOON - agoMs, byMs: DAY } })
      expect(stepped(30_000 + SLACK)).toEqual(ALIVE)
      expect(stepped(30_000 + SLACK + 1)).toEqual(GONE)
    })

    it('is believed for a lease time after the list began, if its process is not listed', () => {
      const list = (completeSince: number) => found({ instance: 'i9', earlier: { completeSince, writes: [] } })
      expect(byMember(list(NOON - TTL - SLACK))).toEqual(ALIVE)
      expect(byMember(list(NOON - TTL - SLACK - 1))).toEqual(GONE)
    })

    it('is waited for if the last write is not told, or was later than the store’s clock', () => {
      expect(byMember(found({ instance: 'i9' }))).toEqual(WAITS)
      expect(byMember(earlier(NOON + SLACK))).toEqual(ALIVE)
      expect(byMember(earlier(NOON + SLACK + 1))).toEqual(WAITS)
      expect(byMember(found({ instance: 'i9' }), { waitedMs: TTL + 1 })).toEqual(GONE)
    })

    it('is believed if the store does not tell the time', () => {
      expect(byMember({ ...earlier(1), serverTime: undefined })).toEqual(ALIVE)
    })
  })
})
