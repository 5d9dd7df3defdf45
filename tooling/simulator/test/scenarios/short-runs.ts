/** The leader dies, or stands still, in the midst of a short run of a busy job: the run's own lease shows the end of the run. */
import { expect } from 'vitest'
import type { ActionCall } from '../../src/action-log.ts'
import type { SimulatedProcess } from '../../src/process.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { HEARTBEAT, SECOND, TTL, type Stage } from '../../src/scenario/stage.ts'

const PERIOD = 2 * SECOND
const STAGE = { standby: 'hot', jobs: [{ periodMs: PERIOD, tookMs: 300 }] } as const
/** Time until the leader has named the follower as a standby, and the follower knows. */
const NAMED_MS = 40 * SECOND
/** Longest delay of a start after its tick, ms. */
const LATEST_MS = 1500

/** Calls `act` with the leader during an action. @returns the action's call */
async function inAnAction(stage: Stage, act: (leader: SimulatedProcess) => void): Promise<ActionCall> {
  const [leader] = await stage.bootAll()
  await stage.pass(NAMED_MS)
  const isGoing = (): ActionCall | undefined => stage.calls.find(({ endedAt }) => endedAt === undefined)
  await stage.until(() => isGoing() !== undefined, 5 * PERIOD, 'an action goes on')
  const call = isGoing() as ActionCall
  act(leader)
  return call
}

/** Expects a start in time for the first `ticks` ticks after the call's tick, and for all later starts. */
function expectAllInTime(stage: Stage, { tick }: ActionCall, ticks: number): void {
  const later = stage.calls.filter((call) => call.tick > tick)
  const expected = Array.from({ length: ticks }, (_, index) => tick + (index + 1) * PERIOD)
  expect(later.map((call) => call.tick).slice(0, ticks)).toEqual(expected)
  for (const call of later) expect(stage.world.startAt + call.startedAt - call.tick).toBeLessThan(LATEST_MS)
}

const statusOf = (stage: Stage, { runId }: ActionCall): string | undefined =>
  stage.history().find((run) => run.runId === runId)?.status

export const SHORT_RUNS: readonly Scenario[] = [
  {
    name: 'The leader crashes in a short action of a busy job',
    stage: STAGE,
    play: async (stage) => {
      const call = await inAnAction(stage, ({ node }) => node.crash())
      // No follower leads before the lease has run out, which was renewed within a heartbeat before the crash.
      await stage.pass(TTL - HEARTBEAT - SECOND)
      expect(stage.leader()).toBeUndefined()
      await stage.pass(HEARTBEAT)
      expectAllInTime(stage, call, 2)
      await stage.pass(20 * SECOND)
      expect(stage.leader()).toBeDefined()
      expectAllInTime(stage, call, 11)
      expect(statusOf(stage, call)).toBe('lost')
    },
  },
  {
    name: 'The leader stands still in a short action of a busy job, for less than its ttl',
    stage: STAGE,
    play: async (stage) => {
      const standstillMs = 3 * SECOND
      const call = await inAnAction(stage, ({ node }) => node.pause(standstillMs))
      const leader = stage.processNamed(call.process)
      await stage.pass(20 * SECOND)
      expect(stage.leader()).not.toBe(leader)
      expectAllInTime(stage, call, 8)
      expect(stage.calls.some(({ process }) => process !== leader.name)).toBe(true)
      expect(['success', 'cancelled']).toContain(statusOf(stage, call))
    },
  },
]
