import { audit } from '@s3sched/plugin'
import { expect, it } from 'vitest'
import { recordedRuns } from '../src/check/recorded-runs.ts'
import { MINUTE, Stage, TAKEOVER, TTL } from '../src/scenario/stage.ts'
import { BEFORE_THE_END } from './scenarios/moments.ts'

/** The leader stands still between an action and the write of its end; the judge of the run dies with its verdict. */
it('a verdict whose judge died is in the history, and the real end after it', async () => {
  const stage = new Stage({ jobs: [{ tookMs: 4000, onLost: 'retry' }] })
  const [leader, judge] = await stage.bootAll()
  BEFORE_THE_END.arrange(stage, (process) => process.node.pause(5 * TTL))
  stage.onChange(({ client, outcomes }) => {
    if (client !== judge.name || !outcomes.some(({ id }) => id.endsWith('.lost'))) return false
    judge.node.crash()
    return true
  })
  await stage.until(() => judge.node.hasCrashed, MINUTE, 'the run is declared lost, and its judge dies')
  const [call] = stage.calls
  if (call === undefined) throw new Error('expected a call')
  const statuses = (): string[] => (recordedRuns(stage.changes).get(call.runId) ?? []).map(({ status }) => status)
  expect(statuses()).toEqual(['lost'])
  await stage.until(() => leader.node.isRunning, 6 * TTL, 'the old leader goes on')
  await stage.pass(2 * TAKEOVER + MINUTE)
  expect(statuses()).toEqual(['lost', 'success'])
  // The same write claimed the run that makes up for the loss. The second run died with the judge, and gets no third run.
  expect(stage.calls.filter(({ tick }) => tick === call.tick)).toHaveLength(1)
  expect(await stage.verdict()).toEqual([])
  expect(await audit(stage.bucket.store, { prefix: '' })).toMatchObject([{ doubled: 0, unaccounted: 0 }])
})
