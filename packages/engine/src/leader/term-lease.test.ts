import { createManualClock } from '@s3sched/kernel/testing'
import { type JobRecord, type JobSpec, newJob } from '@s3sched/jobs'
import { ServerClock } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import type { Rest } from '../fleet/fleet-rest.ts'
import type { PreviousTerm } from '../presence/previous-term.ts'
import { awaitedJobs, TermLease, type TermLeaseDeps } from './term-lease.ts'

const NOW = 5000

const previous: PreviousTerm = {
  epoch: 4,
  holder: 'a',
  state: 'free',
  watermark: 1000,
  renewedAt: 1200,
  ttlMs: 90_000,
  unclaimed: [],
  payload: { watermark: 1000, isStopped: true, standbys: ['b'] },
}

function setUp(changes: Partial<TermLeaseDeps> = {}, epoch: number | null = 5) {
  const clock = createManualClock(NOW)
  const state = { isStopping: false, rest: undefined as Rest | undefined, watermark: 3000 }
  const inherited: unknown[] = []
  const renewals: number[] = []
  const engine = {
    get rest() {
      return state.rest
    },
    unclaimed: { ticks: { job: 6000 }, unserved: {} },
    watermark: () => state.watermark,
  }
  const standbyList = { named: ['c'], inherit: (payload: unknown) => void inherited.push(payload) }
  const self = { workerId: 'me', instance: '1' }
  const lease = new TermLease(
    { clock, self, serverClock: new ServerClock(clock) },
    {
      renew: async () => void renewals.push(clock.now()),
      engine,
      standbyList,
      awaited: () => ['first'],
      isStopping: () => state.isStopping,
      wereOthersThere: async () => false,
      ...changes,
    } as unknown as TermLeaseDeps,
    epoch,
  )
  return { clock, inherited, lease, renewals, state }
}

const terms = [
  { epoch: 5, workerId: 'me', since: NOW, until: null, end: null },
  { epoch: 4, workerId: 'a', since: null, until: 1200, end: 'released' },
]

describe('the lease of a term', () => {
  it('repeats the last leader until the takeover, with the own term in front', () => {
    const { inherited, lease } = setUp()
    lease.begin(previous)
    expect(inherited).toEqual([previous.payload])
    expect(lease.payload()).toEqual({ watermark: 1000, standbys: ['b'], isStopped: false, terms })
  })

  it('carries the content of this term after the takeover', () => {
    const { lease } = setUp()
    lease.begin(previous)
    lease.takeOver()
    const unclaimed = { job: 6000 }
    const own = { watermark: 3000, unclaimed, unserved: {}, awaited: ['first'], terms, standbys: ['c'] }
    expect(lease.payload()).toEqual(own)
  })

  it('is renewed once for many jobs found without an action, and not before the takeover', async () => {
    const { clock, lease, renewals } = setUp()
    const { signal } = new AbortController()
    await lease.sayUnclaimed(signal)
    expect(renewals).toEqual([])
    lease.takeOver()
    const said = Promise.all([lease.sayUnclaimed(signal), lease.sayUnclaimed(signal)])
    await clock.advance(200)
    await said
    expect(renewals).toEqual([NOW + 200])
    const again = lease.sayUnclaimed(signal)
    await clock.advance(200)
    await again
    expect(renewals).toEqual([NOW + 200, NOW + 400])
  })

  it('names no standbys without hot standby, and no terms for a member', () => {
    const { lease } = setUp({ standbyList: undefined }, null)
    lease.begin(undefined)
    lease.takeOver()
    expect(lease.payload()).not.toHaveProperty('standbys')
    expect(lease.payload()).toMatchObject({ terms: [] })
  })

  it('says that the instance stops, and carries an open rest', () => {
    const { lease, state } = setUp()
    lease.begin(previous)
    lease.takeOver()
    state.isStopping = true
    state.rest = { from: 1, to: 3001 }
    expect(lease.payload()).toMatchObject({ isStopped: true, rest: state.rest })
    state.watermark = 3001
    expect(lease.payload()).not.toHaveProperty('rest')
  })

  it('lets the next rest begin with a stop before the takeover, where instances had been there', async () => {
    const { clock, lease, state } = setUp({ wereOthersThere: async () => true })
    lease.begin(previous)
    expect(await lease.restBefore(true)).toBeUndefined()
    state.isStopping = true
    lease.stop()
    await clock.advance(1000)
    lease.stop()
    expect(lease.payload()).toMatchObject({ isStopped: true, restsFrom: NOW })
  })

  it('lets an unfinished rest go on after a stop before the takeover', async () => {
    const { lease, state } = setUp()
    lease.begin(previous)
    state.rest = await lease.restBefore(true)
    expect(state.rest).toEqual({ from: 1000, to: NOW })
    state.isStopping = true
    lease.stop()
    expect(lease.payload()).toMatchObject({ restsFrom: undefined, rest: state.rest })
  })

  it('knows a rest only for a leader that begins with the fleet', async () => {
    const follower = setUp().lease
    follower.begin(previous)
    expect(await follower.restBefore(false)).toBeUndefined()
    const member = setUp({}, null).lease
    member.begin(undefined)
    expect(await member.restBefore(true)).toBeUndefined()
  })
})

describe('awaited jobs', () => {
  const chained = (after: readonly string[], changes: Partial<JobRecord> = {}): JobRecord => ({
    ...newJob({ after, enabled: true } as unknown as JobSpec, 'hash', NOW),
    ...changes,
  })
  const known = new Map([
    ['lacking', chained(['first', 'second'])],
    ['lacking too', chained(['second'])],
    ['here', chained(['third'])],
    ['paused', chained(['fourth'], { paused: true })],
    ['of another shard', chained(['fifth'])],
  ])

  it('are those whose ends start active jobs of this shard without an action here', () => {
    const waiting = new Set([...known.keys(), 'unread'])
    const traits = { chained: waiting, backfilled: new Set<string>(), tracesOf: () => ({ epoch: 0, wasLed: false }) }
    const records = { traits, peek: (name: string) => known.get(name) }
    const jobs = new Set(['here'])
    const owns = (name: string): boolean => name !== 'of another shard'
    expect(awaitedJobs({ records, jobs, owns })).toEqual(['first', 'second'])
  })
})
