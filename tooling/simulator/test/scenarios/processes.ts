/** Processes that come, go, sleep and are too many. */
import { expect } from 'vitest'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import type { SimulatedProcess } from '../../src/process.ts'
import { HEARTBEAT, MINUTE, SECOND, TAKEOVER, TTL, type Stage } from '../../src/scenario/stage.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { START } from '../../src/world.ts'
import { BETWEEN_CLAIM_AND_START } from './moments.ts'
import { fieldsOf, LEASE } from './objects.ts'

/** All 10,000 in CI. */
const DUE_AT_ONCE = shareOf('jobs')

const statuses = (stage: Stage): string[] => stage.history().map(({ status }) => status)

export const PROCESSES: readonly Scenario[] = [
  {
    name: 'A machine is suspended and resumes',
    stage: { jobs: [{ tookMs: 4000 }] },
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.until(() => stage.calls.some(({ endedAt }) => endedAt === undefined), MINUTE, 'an action goes on')
      leader.node.suspend(10 * MINUTE)
      await stage.until(() => follower.scheduler.isLeader(), TAKEOVER, 'the follower leads')
      await stage.until(() => leader.node.isRunning, 11 * MINUTE, 'it resumes')
      await stage.pass(SECOND)
      expect(leader.scheduler.isLeader()).toBe(false)
      expect(stage.calls[0]).toMatchObject({ process: leader.name, outcome: 'aborted' })
      expect(stage.heard(/^coordinator-demoted/)).toMatchObject([{ process: leader.name }])
    },
  },
  {
    name: 'The leader is stopped cleanly',
    stage: { jobs: [{ tookMs: 4000 }] },
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.until(() => stage.calls.some(({ endedAt }) => endedAt === undefined), MINUTE, 'an action goes on')
      await stage.during(leader.stop(30_000))
      await stage.until(() => follower.scheduler.isLeader(), HEARTBEAT + SECOND, 'the follower leads at its next look')
      await stage.pass(MINUTE)
      expect(stage.heard(/^coordinator-demoted .*stopped/)).toMatchObject([{ process: leader.name }])
      expect(new Set(statuses(stage))).toEqual(new Set(['success']))
    },
  },
  {
    name: 'The leader is stopped while the store is away',
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.until(() => stage.calls.length > 0, MINUTE, 'it runs')
      leader.network.setFaults({ unavailable: 1 })
      const stopped = leader.stop(20_000)
      // Shorter than the lease.
      await stage.pass(TTL / 3)
      leader.network.setFaults({})
      await stage.during(stopped)
      await stage.until(() => follower.scheduler.isLeader(), HEARTBEAT + SECOND, 'the follower leads at its next look')
      expect(await fieldsOf(stage, LEASE)).toMatchObject({ predecessor: { holder: leader.name, state: 'free' } })
      await stage.pass(MINUTE)
      expect(stage.heard(/^coordinator-demoted .*stopped/)).toMatchObject([{ process: leader.name }])
      expect(new Set(statuses(stage))).toEqual(new Set(['success']))
    },
  },
  {
    name: 'The leader is stopped during a claim',
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      let stopped: Promise<void> | undefined
      BETWEEN_CLAIM_AND_START.arrange(stage, (process) => void (stopped = process.stop(30_000)))
      await stage.until(() => stopped !== undefined, MINUTE, 'it stops while the answer to its claim is on its way')
      await stage.during(stopped ?? Promise.resolve())
      await stage.until(() => follower.scheduler.isLeader(), HEARTBEAT + SECOND, 'the follower leads at its next look')
      await stage.pass(MINUTE)
      expect(leader.isStopping).toBe(true)
      expect(stage.calls[0]).toMatchObject({ process: leader.name, outcome: 'returned' })
      expect(new Set(statuses(stage))).toEqual(new Set(['success']))
    },
  },
  {
    name: 'An instance dies during a run that was started there by hand',
    stage: { jobs: [{ periodMs: undefined, asCron: false, tookMs: 8000 }] },
    play: async (stage) => {
      const [, follower] = await stage.bootAll()
      void follower.operate('runJob', 'job')
      await stage.until(() => stage.calls.length === 1, MINUTE, 'it runs')
      follower.node.crash()
      await stage.pass(3 * SECOND)
      const other = stage.leader() as SimulatedProcess
      await expect(stage.during(other.scheduler.runJob('job'))).rejects.toThrow('is already running')
      await stage.pass(TTL + SECOND)
      await stage.during(other.scheduler.runJob('job'))
      expect(stage.heard(/^job-lost/)).toHaveLength(1)
      expect(statuses(stage)).toEqual(['lost', 'success'])
    },
  },
  {
    name: 'Two instances have one worker id',
    stage: { skews: [0, 0, 0] },
    play: async (stage) => {
      await stage.bootAll()
      stage.processes.forEach(({ node }) => node.crash())
      const [one, two] = [await stage.boot(0, 'same'), await stage.boot(1, 'same')]
      await stage.boot(2)
      // The later instance reports the conflict at once, the earlier instance at the next write of its member object.
      expect(stage.heard(/^error: .*worker id 'same' is also used/)).toMatchObject([{ process: two.name }])
      await stage.pass(16 * MINUTE)
      expect([one, two].every(({ isAlive }) => isAlive)).toBe(true)
      const ticks = stage.calls.map(({ tick }) => tick)
      expect(new Set(ticks).size).toBe(ticks.length)
      expect(stage.heard(/^error: .*worker id 'same' is also used/).some(({ process }) => process === one.name)).toBe(
        true,
      )
    },
  },
  {
    name: 'The same plugin is started twice in one process',
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.during(Promise.all([leader.scheduler.start(), leader.scheduler.start(), follower.scheduler.start()]))
      await stage.pass(MINUTE)
      expect(stage.heard(/^coordinator-(promoted|demoted)/)).toHaveLength(1)
      const ticks = stage.calls.map(({ tick }) => tick)
      expect(new Set(ticks).size).toBe(ticks.length)
      expect(ticks.length).toBeGreaterThanOrEqual(6)
    },
  },
  {
    name: 'All instances are down',
    play: async (stage) => {
      await stage.bootAll()
      await stage.pass(25 * SECOND)
      const started = stage.calls.length
      stage.processes.forEach(({ node }) => node.crash())
      await stage.pass(10 * MINUTE)
      await stage.boot(0)
      await stage.until(() => stage.calls.length > started + 59, TAKEOVER + MINUTE, 'all that was due is caught up')
      expect(statuses(stage)).not.toContain('missed')
    },
  },
  {
    name: '10,000 jobs are due on one tick',
    stage: {
      jobs: Array.from({ length: DUE_AT_ONCE }, (_, index) => ({
        name: `job-${index}`,
        periodMs: 60 * MINUTE,
        asCron: false,
      })),
      skews: [0],
      // The tick is due two minutes later.
      startAt: START + 58 * MINUTE,
      // A single process has no standby.
      standby: 'cold',
    },
    play: async (stage) => {
      await stage.bootAll()
      await stage.until(() => stage.calls.length >= DUE_AT_ONCE, 3 * MINUTE, 'all have started')
      const ticks = new Set(stage.calls.map(({ job, tick }) => `${job} ${tick}`))
      expect(ticks.size).toBe(stage.calls.length)
      expect(stage.heard(/^job-(missed|lost)/)).toEqual([])
      const lags = stage.calls.map(({ startedAt, tick }) => stage.world.startAt + startedAt - tick)
      expect(Math.max(...lags)).toBeLessThan(10 * SECOND)
    },
  },
]
