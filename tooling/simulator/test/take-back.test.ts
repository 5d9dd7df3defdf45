import { audit } from '@s3sched/plugin'
import { expect, it } from 'vitest'
import { MINUTE, Stage, TAKEOVER, TTL } from '../src/scenario/stage.ts'
import { BEFORE_THE_RECORD } from './scenarios/moments.ts'

/** The leader stands still between an action and its record; the judge of the run dies before writing down the loss. */
it('a verdict whose judge died is in the history all the same before it is taken back', async () => {
  const stage = new Stage({ jobs: [{ tookMs: 4000, onLost: 'retry' }] })
  const [leader, judge] = await stage.bootAll()
  BEFORE_THE_RECORD.arrange(stage, (process) => process.node.pause(5 * TTL))
  stage.onChange(({ client, fields, key }) => {
    if (key !== 'jobs/job.json' || client !== judge.name) return false
    const { running = [] } = (fields ?? {}) as { readonly running?: readonly { readonly verdict: object | null }[] }
    if (!running.some(({ verdict }) => verdict !== null)) return false
    judge.node.crash()
    return true
  })
  await stage.until(() => judge.node.hasCrashed, MINUTE, 'the run is declared lost, and its judge dies')
  const [call] = stage.calls
  if (call === undefined) throw new Error('expected a call')
  const keysOf = async (): Promise<string[]> =>
    (await stage.keys('runs/job/')).filter((key) => key.includes(call.runId))
  expect(await keysOf()).toEqual([])
  await stage.until(() => leader.node.isRunning, 6 * TTL, 'the old leader goes on')
  await stage.pass(2 * TAKEOVER + MINUTE)
  const keys = await keysOf()
  expect(keys.some((key) => key.includes('.lost.'))).toBe(true)
  expect(keys.some((key) => key.includes('.success.'))).toBe(true)
  // The same write claimed the run that makes up for the loss. The second run died with the judge, and gets no third run.
  expect(stage.calls.filter(({ tick }) => tick === call.tick)).toHaveLength(1)
  expect(await stage.verdict()).toEqual([])
  expect(await audit(stage.bucket.store, { prefix: '' })).toMatchObject([{ doubled: 0, unaccounted: 0 }])
})
