/** The leader dies, or stands still for longer than its lease lasts, at each moment of a run. */
import { expect } from 'vitest'
import { HEARTBEAT, recordIn, SECOND, TAKEOVER, TTL, type Stage } from '../../src/scenario/stage.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { AFTER_THE_END, BEFORE_THE_END, BETWEEN_CLAIM_AND_START, IN_THE_ACTION, type Moment } from './moments.ts'

const STAGE = { jobs: [{ tookMs: 4000 }] }

interface Fate {
  /** The final status in the history of the run under way. */
  readonly status: string
  /** Number of calls of the run's action. */
  readonly calls: number
  /** True when another leader declared the run lost meanwhile. */
  readonly isJudged: boolean
}

function death(moment: Moment, { calls, isJudged, status }: Fate): Scenario {
  return {
    name: `The leader crashes ${moment.name}`,
    stage: STAGE,
    play: async (stage) => {
      const [leader] = await stage.bootAll()
      const diedAt = await arrive(stage, moment, (process) => process.node.crash())
      expect(leader.node.hasCrashed).toBe(true)
      const { runId } = runUnderWay(stage)
      await stage.until(() => stage.leader() !== undefined, TAKEOVER, 'the follower leads')
      await stage.pass(5 * SECOND)
      expectFate(stage, runId, { calls, isJudged, status })
      expect(stage.world.now - diedAt).toBeLessThan(TAKEOVER + 6 * SECOND)
    },
  }
}

function standstill(moment: Moment, { calls, isJudged, status }: Fate, standsMs: number = 5 * TTL): Scenario {
  return {
    name: `The leader stands still past its ttl ${moment.name}`,
    stage: STAGE,
    play: async (stage) => {
      const [leader, follower] = await stage.bootAll()
      await arrive(stage, moment, (process) => process.node.pause(standsMs))
      const { runId } = runUnderWay(stage)
      await stage.until(() => follower.scheduler.isLeader(), TAKEOVER, 'the follower leads')
      await stage.until(() => leader.node.isRunning, 6 * TTL, 'it goes on')
      await stage.pass(4 * HEARTBEAT)
      expect(leader.scheduler.isLeader()).toBe(false)
      expect(stage.heard(/^coordinator-demoted/)).toMatchObject([{ process: leader.name }])
      expectFate(stage, runId, { calls, isJudged, status })
    },
  }
}

async function arrive(stage: Stage, moment: Moment, act: Parameters<Moment['arrange']>[1]): Promise<number> {
  let happenedAt: number | undefined
  moment.arrange(stage, (process) => {
    happenedAt = stage.world.now
    act(process)
  })
  await stage.until(() => happenedAt !== undefined, 30 * SECOND, `it is ${moment.name}`)
  return happenedAt ?? 0
}

/** The first run named by a record of the job. */
function runUnderWay({ changes }: Stage): { readonly runId: string } {
  for (const { jobs } of changes) {
    const { running = [] } = (recordIn(jobs) ?? {}) as { readonly running?: readonly { readonly runId: string }[] }
    const [run] = running
    if (run !== undefined) return run
  }
  throw new Error('expected a claim')
}

function expectFate(stage: Stage, runId: string, { calls, isJudged, status }: Fate): void {
  expect(stage.calls.filter((call) => call.runId === runId)).toHaveLength(calls)
  expect(stage.heard(/^job-lost/).filter(({ what }) => what.includes(runId))).toHaveLength(isJudged ? 1 : 0)
  expect(stage.history().find((run) => run.runId === runId)).toMatchObject({ status })
}

export const DEATHS: readonly Scenario[] = [
  death(BETWEEN_CLAIM_AND_START, { calls: 0, isJudged: true, status: 'lost' }),
  death(IN_THE_ACTION, { calls: 1, isJudged: true, status: 'lost' }),
  death(BEFORE_THE_END, { calls: 1, isJudged: true, status: 'lost' }),
  death(AFTER_THE_END, { calls: 1, isJudged: false, status: 'success' }),
  standstill(BETWEEN_CLAIM_AND_START, { calls: 1, isJudged: true, status: 'success' }),
  // The process asks the record before it ends the run. A standstill of the job's timeout, 30 s, would end the run first.
  standstill(IN_THE_ACTION, { calls: 1, isJudged: true, status: 'cancelled' }, 4 * TTL),
  standstill(BEFORE_THE_END, { calls: 1, isJudged: true, status: 'success' }),
  standstill(AFTER_THE_END, { calls: 1, isJudged: false, status: 'success' }),
]
