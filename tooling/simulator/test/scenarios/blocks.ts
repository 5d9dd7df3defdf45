/** An action that blocks the event loop of its process for most of its period. */
import { expect } from 'vitest'
import type { RecordedRun } from '../../src/check/recorded-runs.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { HEARTBEAT, MINUTE, SECOND, TAKEOVER, TTL } from '../../src/scenario/stage.ts'

const BLOCKED_MS = 8 * SECOND
const HEAVY = { name: 'heavy', periodMs: 10 * SECOND, blocksMs: BLOCKED_MS }
const LIGHT = { periodMs: SECOND }
/** Time until the leader has named the follower as a standby, and the follower knows. */
const NAMED_MS = 40 * SECOND

export const BLOCKS: readonly Scenario[] = [
  {
    name: 'An action blocks the event loop at each of its ticks',
    stage: { standby: 'hot', jobs: [HEAVY, LIGHT] },
    // The leader is in its next block when the checkers look.
    leaves: [/^liveness: .* nobody has led for long/],
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.pass(NAMED_MS)
      const from = stage.world.startAt + stage.world.now
      await stage.pass(2 * MINUTE)
      const leaders = stage.heard(/^coordinator-promoted/).map(({ process }) => process)
      expect(leaders.filter((name, index) => index > 0 && name !== leaders[index - 1])).toEqual([follower.name])
      expect(stage.heard(/blocked for [78].\d s .* leaves leading to the others/)).toMatchObject([
        { process: leader.name },
      ])
      // All ticks ran, but for the last ones, which an instance may have in hand.
      const until = stage.world.startAt + stage.world.now - BLOCKED_MS - TAKEOVER
      const isCounted = (run: RecordedRun): boolean => run.from > from && run.from < until
      const light = stage.history().filter(isCounted)
      expect(light.map(({ status }) => status)).toEqual(light.map(() => 'success'))
      expect(light.length).toBe(Math.floor((until - from) / SECOND))
      const heavy = stage.history('heavy').filter(isCounted)
      expect(heavy.filter(({ hasStarted }) => !hasStarted)).toEqual([])
      expect(heavy.length).toBe(Math.floor((until - from) / HEAVY.periodMs))
    },
  },
  {
    name: 'The event loop of the leader is blocked',
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await stage.pass(25 * SECOND)
      const started = stage.calls.length
      leader.node.pause(SECOND)
      await stage.pass(3 * HEARTBEAT)
      expect(leader.scheduler.isLeader()).toBe(true)
      leader.node.pause(TTL / 2)
      await stage.until(() => follower.scheduler.isLeader(), TAKEOVER, 'the follower leads')
      expect(stage.heard(/^coordinator-demoted .*(handed-over|expired)/)).toMatchObject([{ process: leader.name }])
      follower.node.pause(3 * TTL)
      await stage.pass(5 * TTL)
      // The first leader gives the second the time of its own block, and then leads, since nobody else does.
      expect(stage.leader()).toBeDefined()
      await stage.pass(MINUTE)
      expect(stage.calls.length).toBeGreaterThanOrEqual(started + 3)
      expect(stage.history().map(({ status }) => status)).not.toContain('missed')
    },
  },
]
