/** A store out of reach, a store that refuses, and a store that answers only half. */
import { expect } from 'vitest'
import type { Fields, StoreErrorCode } from '@s3sched/store'
import type { Refusal } from '../../src/scenario/bucket.ts'
import { MINUTE, recordIn, SECOND, TAKEOVER, TTL, type Stage } from '../../src/scenario/stage.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const statuses = (stage: Stage): Set<string> => new Set(stage.history().map(({ status }) => status))

function expectNoTickTwice({ calls }: Stage): void {
  const ticks = calls.map(({ job, tick }) => `${job} ${tick}`)
  expect(new Set(ticks).size).toBe(ticks.length)
}

/** A job without a schedule. */
const RESTING = { periodMs: undefined, asCron: false }

/** The bucket's present record of the job. */
const lastRecord = (stage: Stage): Fields | undefined =>
  recordIn(stage.changes.findLast(({ jobs }) => recordIn(jobs) !== undefined)?.jobs ?? [])

const runsOf = (record: Fields | undefined): readonly unknown[] =>
  Array.isArray(record?.['running']) ? record['running'] : []

/** The bucket refuses requests for two minutes. */
function refusal(name: string, code: StoreErrorCode, requests: Refusal['requests']): Scenario {
  return {
    name,
    stage: { jobs: [{ tookMs: 4000 }] },
    play: async (stage) => {
      const [leader] = await stage.bootAll()
      await stage.until(() => stage.calls.some(({ endedAt }) => endedAt === undefined), MINUTE, 'an action goes on')
      const started = stage.calls.length
      stage.bucket.refuse({ code, requests })
      await stage.pass(2 * MINUTE)
      expect(stage.leader()).toBe(undefined)
      expect(stage.calls.length).toBeLessThanOrEqual(started + 1)
      expect(stage.heard(/^coordinator-demoted/)).toMatchObject([{ process: leader.name }])
      expect(stage.heard(/^(error|reports|warns): /).length).toBeGreaterThan(0)
      stage.bucket.mend()
      await stage.until(() => stage.leader() !== undefined, 30 * SECOND + TAKEOVER, 'somebody leads')
      await stage.until(() => stage.calls.length >= started + 12, 2 * MINUTE, 'what was due is caught up')
      expectNoTickTwice(stage)
      expect(statuses(stage)).not.toContain('missed')
    },
  }
}

export const STORES: readonly Scenario[] = [
  {
    name: 'The leader is cut off, and the network heals',
    stage: { jobs: [{ tookMs: 4000 }] },
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.until(() => stage.calls.some(({ endedAt }) => endedAt === undefined), MINUTE, 'an action goes on')
      leader.network.partition('requests')
      await stage.until(() => !leader.scheduler.isLeader(), TTL, 'it steps down by itself')
      expect(follower.scheduler.isLeader()).toBe(false)
      await stage.until(() => follower.scheduler.isLeader(), TAKEOVER, 'the follower leads')
      await stage.pass(MINUTE)
      leader.network.heal()
      await stage.pass(MINUTE)
      expect(follower.scheduler.isLeader()).toBe(true)
      expect(stage.heard(/^coordinator-demoted/)).toMatchObject([{ process: leader.name }])
      expectNoTickTwice(stage)
      expect(statuses(stage)).not.toContain('missed')
    },
  },
  {
    name: 'An answer to a conditional write is lost',
    play: async (stage) => {
      await stage.bootAll()
      for (const { network } of stage.processes) network.setFaults({ maxLatencyMs: 40, lostResponse: 0.3 })
      await stage.pass(3 * MINUTE)
      expectNoTickTwice(stage)
      expect(stage.calls.length).toBeGreaterThan(8)
    },
  },
  {
    name: "The answer to the claim of a `runJob` is lost, and the object can't be read back either",
    stage: { jobs: [RESTING] },
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      stage.onChange(({ client, jobs }) => {
        if (client !== follower.name || runsOf(recordIn(jobs)).length === 0) return false
        follower.network.partition('responses')
        return true
      })
      const asked = follower.scheduler.runJob('job').catch(String)
      await stage.until(() => runsOf(lastRecord(stage)).length === 1, MINUTE, 'the claim is in the bucket')
      await expect(stage.during(leader.scheduler.runJob('job'))).rejects.toThrow('is already running')
      expect(await stage.during(asked)).toMatch(/Error/)
      await stage.pass(MINUTE)
      follower.network.heal()
      const warned = stage.heard(/could not be read or written yet/).map(({ process }) => process)
      expect(warned).toContain(follower.name)
      await stage.until(() => runsOf(lastRecord(stage)).length === 0, MINUTE, 'it takes its claim back')
      await stage.pass(MINUTE)
      expect(stage.calls).toEqual([])
      await stage.during(leader.scheduler.runJob('job'))
      expect(statuses(stage)).toEqual(new Set(['success']))
    },
  },
  {
    name: "A request can't be deleted (`s3:DeleteObject` is missing)",
    stage: { jobs: [RESTING] },
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      const ask = (): Promise<string> => stage.during(follower.scheduler.requestRun('job'))
      stage.bucket.refuse({ code: 'ACCESS_DENIED', requests: 'deletions' })
      const ids = [await ask()]
      await stage.until(() => stage.calls.length === 1, MINUTE, 'the first is obeyed')
      ids.push(await ask())
      await stage.until(() => stage.calls.length === 2, MINUTE, 'the second is obeyed')
      await stage.pass(SECOND)
      expect(lastRecord(stage)).toMatchObject({ obeyed: ids })
      expect(await stage.keys('triggers/')).toHaveLength(2)
      expect(stage.heard(/was obeyed and could not be deleted/)).toHaveLength(3)
      leader.node.crash()
      await stage.until(() => follower.scheduler.isLeader(), TAKEOVER, 'the follower leads, and looks at them')
      await stage.pass(MINUTE)
      stage.bucket.mend()
      ids.push(await ask())
      await stage.pass(MINUTE)
      expect(stage.calls.map(({ runId }) => runId)).toEqual(ids)
      expect(await stage.keys('triggers/')).toEqual([])
    },
  },
  {
    name: 'A LIST is truncated',
    stage: { jobs: Array.from({ length: 20 }, (_, index) => ({ name: `job-${index}` })) },
    play: async (stage) => {
      await stage.bootAll()
      await stage.pass(25 * SECOND)
      for (const { node } of stage.processes) node.crash()
      const started = stage.boot(0, 'late', { truncatedList: 1 })
      const late = stage.processNamed('m0.2')
      await stage.pass(TAKEOVER + 30 * SECOND)
      // The instance claims nothing before a whole view of all jobs.
      expect(late.scheduler.isLeader()).toBe(false)
      expect(stage.calls.some(({ process }) => process === late.name)).toBe(false)
      expect(stage.heard(/could not start/).some(({ process }) => process === late.name)).toBe(true)
      late.network.setFaults({ maxLatencyMs: 40 })
      await started
      const jobs = (): Set<string> =>
        new Set(stage.calls.filter(({ process }) => process === late.name).map(({ job }) => job))
      await stage.until(() => jobs().size === 20, MINUTE, 'each of them is caught up')
      expectNoTickTwice(stage)
      expect(stage.heard(/^job-missed/)).toEqual([])
    },
  },
  refusal('Credentials expire and come back', 'CREDENTIALS', 'all'),
  refusal('The bucket is read-only for a while', 'ACCESS_DENIED', 'writes'),
  refusal('The disk is full for a while', 'NO_SPACE', 'writes'),
  {
    name: 'The bucket is deleted and made anew',
    // The record is restored from the last known copy, and counts from then on, with a fence above all earlier fences.
    leaves: [/^fence: it went from \d+ to 10{5}\d+/, /^accounting: (ticks count anew|the tick \d+ was settled)/],
    // A cold standby had not read the runs since its own start, and may be the first to lead again.
    mayLeave: [
      /^accounting: lastTick went from \d+ to null/,
      /^statistics: those of job count 20 ticks and runs/,
      // Or it had read a run, and not its end: the run comes back with its old fence, and counts as lost.
      /^fence: a run got fence \d+ after \d+/,
      /^accounting: run \S+ was in the history before it was forgotten/,
      /^lost: run \S+ of job was declared lost at \d+ ms by \S+, and the history had success/,
    ],
    play: async (stage) => {
      await stage.bootAll()
      await stage.pass(25 * SECOND)
      const before = stage.calls.length
      const keys = await stage.keys()
      await stage.byHand((store) => store.delete(keys))
      stage.bucket.refuse({ code: 'NOT_FOUND', requests: 'all' })
      await stage.pass(MINUTE)
      expect(stage.calls.length).toBeLessThanOrEqual(before + 1)
      expect(stage.heard(/^(error|reports|warns): /).length).toBeGreaterThan(0)
      stage.bucket.mend()
      await stage.pass(2 * MINUTE)
      expect(await stage.keys('jobs/')).toEqual(['jobs/pages/root.json'])
      expect(stage.calls.length).toBeGreaterThan(before + 6)
      expectNoTickTwice(stage)
    },
  },
  {
    name: 'A backup of the bucket is put back under running instances',
    leaves: [
      /^fence: it went from 8 to 3, and not to 9/,
      /^fence: a run got fence 3 after 8/,
      /^fence: run \S+ of job with fence \d+, .*, was started after run \S+ with fence 8/,
      /^accounting: the tick \d+ was settled, and \d+ is the first that is open/,
      /^once: the tick job \d+ was started by the runs/,
      /^statistics: those of job count \d+ ticks and runs, and the history has/,
    ],
    play: async (stage) => {
      const [leader] = await stage.bootAll()
      await stage.pass(25 * SECOND)
      const backup = await backUp(stage)
      // An end of a term, so that the lease in the backup has an earlier epoch than the bucket has seen.
      leader.node.crash()
      await stage.pass(MINUTE)
      const restoredAt = stage.world.now
      const before = stage.calls.length
      await stage.byHand(async (store) => {
        await store.delete(await stage.keys())
        for (const [key, body] of backup) await store.put(key, body)
      })
      await stage.until(() => stage.leader() === undefined, TTL, 'the leader misses its lease')
      await stage.until(() => stage.leader() !== undefined, TAKEOVER, 'somebody leads again')
      await stage.pass(MINUTE)
      expect(stage.heard(/^error: .*page root is older than its commit/)).toHaveLength(1)
      const again = stage.calls.slice(before).map(({ tick }) => tick)
      const first = stage.calls.slice(2, before)
      // Each tick since the backup runs again, once, with the fence that it had; and then the later ones.
      expect(again.slice(0, first.length)).toEqual(first.map(({ tick }) => tick))
      expect(stage.calls.slice(before, before + first.length).map(({ fence }) => fence)).toEqual(
        first.map(({ fence }) => fence),
      )
      expect(new Set(again).size).toBe(again.length)
      expect(again.some((tick) => tick > stage.world.startAt + restoredAt + 30 * SECOND)).toBe(true)
    },
  },
]

async function backUp(stage: Stage): Promise<Map<string, Uint8Array>> {
  const bodies = new Map<string, Uint8Array>()
  for (const key of await stage.keys()) {
    const got = await stage.bucket.store.get(key)
    if (got.outcome === 'found') bodies.set(key, got.body)
  }
  return bodies
}
