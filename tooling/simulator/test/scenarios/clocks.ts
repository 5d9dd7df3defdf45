/** Wall clocks that are wrong or become wrong. */
import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { SchedulerPlugin } from '@s3sched/plugin'
import { createTestPlugin } from '@s3sched/plugin/testing'
import { createMemoryStore } from '@s3sched/store'
import { expect } from 'vitest'
import { HOUR, MINUTE, SECOND, TAKEOVER, type Stage } from '../../src/scenario/stage.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const NOON = Date.UTC(2026, 0, 5, 12)

/** The ticks started so far; expects no tick twice. */
function ticksOf({ calls }: Stage): number[] {
  const ticks = calls.map(({ tick }) => tick)
  expect(new Set(ticks).size).toBe(ticks.length)
  return ticks
}

function leaderSteps(name: string, byMs: number): Scenario {
  return {
    name,
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.pass(25 * SECOND)
      const machine = stage.machines[Number(leader.name[1])]
      if (machine === undefined) throw new Error('expected a machine')
      machine.skewMs += byMs
      await stage.until(() => follower.scheduler.isLeader(), MINUTE + TAKEOVER, 'the other leads')
      expect(stage.heard(/^reports: this machine's clock is \d+ ms /)).toMatchObject([{ process: leader.name }])
      expect(stage.heard(/^clock-skew/).some(({ process }) => process === leader.name)).toBe(true)
      const before = ticksOf(stage).length
      await stage.pass(MINUTE)
      expect(ticksOf(stage).length - before).toBeGreaterThanOrEqual(5)
      machine.skewMs -= byMs
    },
  }
}

function followerSteps(name: string, byMs: number): Scenario {
  return {
    name,
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.pass(25 * SECOND)
      const machine = stage.machines[Number(follower.name[1])]
      if (machine === undefined) throw new Error('expected a machine')
      machine.skewMs += byMs
      const before = ticksOf(stage).length
      await stage.pass(MINUTE)
      expect(leader.scheduler.isLeader()).toBe(true)
      expect(ticksOf(stage).length - before).toBe(6)
      expect(stage.heard(/^coordinator-demoted|^job-(missed|lost)/)).toEqual([])
      machine.skewMs -= byMs
    },
  }
}

export const CLOCKS: readonly Scenario[] = [
  leaderSteps("The leader's clock is set an hour forward", HOUR),
  leaderSteps("The leader's clock is set an hour back", -HOUR),
  followerSteps("A follower's clock is set an hour forward", HOUR),
  followerSteps("A follower's clock is set an hour back", -HOUR),
  {
    name: 'A clock is nine minutes off',
    stage: { skews: [0, 9 * MINUTE] },
    play: async (stage) => {
      const [right, wrong] = await stage.bootAll()
      await stage.pass(25 * SECOND)
      right.node.crash()
      await stage.until(() => wrong.scheduler.isLeader(), TAKEOVER, 'it leads')
      await stage.pass(MINUTE)
      expect(stage.heard(/^clock-skew {"skew":5[34]\d{4}/)).toMatchObject([{ process: wrong.name }])
      const own = stage.calls.filter(({ process }) => process === wrong.name)
      expect(own.length).toBeGreaterThanOrEqual(5)
      for (const { startedAt, tick } of own) expect(tick - stage.world.startAt - startedAt).toBeLessThan(2 * SECOND)
      await stage.boot(0)
      ticksOf(stage)
    },
  },
  {
    name: 'A clock is more than ten minutes off',
    stage: { skews: [0, 10 * MINUTE + 30 * SECOND] },
    play: async (stage) => {
      const [right, wrong] = await stage.bootAll()
      await stage.pass(25 * SECOND)
      const started = ticksOf(stage).length
      right.node.crash()
      await stage.pass(2 * MINUTE)
      // No instance with a credible clock is left.
      expect(ticksOf(stage)).toHaveLength(started)
      const reports = stage.heard(/^reports: this machine's clock is 62\d{4} ms (ahead of|behind) .* claims nothing/)
      expect(reports).toMatchObject([{ process: wrong.name }])
      await stage.boot(0)
      await stage.until(() => stage.calls.length >= started + 12, MINUTE, 'what was due meanwhile is caught up')
      expect(new Set(stage.calls.map(({ process }) => process)).has(wrong.name)).toBe(false)
      expect(stage.heard(/^job-missed/)).toEqual([])
      ticksOf(stage)
    },
  },
  {
    name: 'The clock of a store on this machine (a folder, memory) is set back',
    alone: async () => {
      const clock = createManualClock(NOON)
      const told: string[] = []
      const tell = (text: string): void => void told.push(text)
      const starts: number[] = []
      const scheduler = new SchedulerPlugin<unknown>({
        store: createMemoryStore({ clock }),
        clock,
        skipColdStart: true,
        logger: { ...silentLogger, warn: tell, error: tell },
        jobs: {
          job: { schedule: '* * * * *', action: (_, { scheduledTime }) => void starts.push(scheduledTime.getTime()) },
        },
      })
      await scheduler.start()
      await clock.advance(5 * MINUTE)
      clock.step(-HOUR)
      await clock.advance(HOUR)
      expect(told.filter((text) => /^the store's clock was set back by 3[56]\d{5} ms/.test(text))).toHaveLength(1)
      expect(starts).toHaveLength(5)
      await clock.advance(10 * MINUTE)
      expect(new Set(starts).size).toBe(starts.length)
      expect(starts.length).toBeGreaterThanOrEqual(14)
      const stopped = scheduler.stop({ timeout: 0 })
      await clock.advance(MINUTE)
      await stopped
    },
  },
  {
    name: "The store's clock is set forward",
    stage: {
      jobs: [{ tookMs: 4000 }, { name: 'by-hand', periodMs: undefined, asCron: false, tookMs: 8000 }],
      storeBehindMs: 5 * MINUTE,
    },
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.until(() => stage.calls.some(({ endedAt }) => endedAt === undefined), MINUTE, 'an action goes on')
      const byHand = follower.scheduler.runJob('by-hand')
      await stage.until(() => stage.calls.some(({ job }) => job === 'by-hand'), MINUTE, 'the other action goes on')
      stage.setStoreClock()
      await stage.pass(SECOND)
      const second = leader.scheduler.runJob('by-hand')
      await expect(stage.during(second)).rejects.toMatchObject({ code: 'JOB_ALREADY_RUNNING' })
      await stage.during(byHand)
      await stage.pass(MINUTE)
      expect(leader.scheduler.isLeader()).toBe(true)
      expect(stage.heard(/^(coordinator-demoted|job-lost|job-missed)/)).toEqual([])
      expect(stage.heard(/last heard of \d{2,} s ago/)).toEqual([])
      ticksOf(stage)
    },
  },
  {
    name: 'The hour changes in the midst',
    alone: async () => {
      // Paris, 2026: clocks go from 2 to 3 o'clock on 29 March, and from 3 to 2 o'clock on 25 October.
      for (const [startAt, local] of [
        [Date.UTC(2026, 2, 28, 12), ['30 2', '*/30 *']],
        [Date.UTC(2026, 9, 24, 12), ['30 2', '*/30 *']],
      ] as const) {
        const starts: Record<string, number[]> = { fixed: [], stepped: [] }
        const jobs = Object.fromEntries(
          Object.keys(starts).map((name, index) => [
            name,
            {
              schedule: `${String(local[index])} * * *`,
              timezone: 'Europe/Paris',
              action: (_: unknown, { scheduledTime }: { readonly scheduledTime: Date }) =>
                void starts[name]?.push(scheduledTime.getTime()),
            },
          ]),
        )
        const test = await createTestPlugin({ jobs, startAt, skipColdStart: true })
        await test.advance(24 * HOUR)
        await test.stop()
        expect(starts['fixed']).toHaveLength(1)
        // Stepped schedules go by elapsed time: the change of the hour neither drops nor doubles a tick.
        const stepped = starts['stepped'] ?? []
        expect(stepped).toHaveLength(48)
        expect(stepped).toEqual(stepped.map((_, index) => (stepped[0] ?? 0) + index * 30 * MINUTE))
      }
    },
  },
]
