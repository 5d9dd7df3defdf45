import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { SlowClaims } from './slow-claims.ts'

function rig(claimAhead: number) {
  const clock = createManualClock()
  const said: string[] = []
  const claims = new SlowClaims({ clock, logger: { ...silentLogger, warn: (text) => said.push(text) } }, claimAhead)
  const note = (...times: readonly number[]): void => times.forEach((ms) => claims.note(ms))
  return { clock, said, note }
}

it('says once what a store that is too slow for claimAhead does, and what to do', async () => {
  const { clock, note, said } = rig(1000)
  note(1200, 1300, 900, 1400, 1500)
  expect(said).toEqual([])
  note(1600.4, 1700, 1800)
  expect(said).toEqual([
    'the store takes 1600 ms for a claim, longer than claimAhead (1000 ms): ticks start late, and jobs due more often than that miss ticks. Set claimAhead to 5000, or run the instances nearer to the store',
  ])
  await clock.advance(10 * 60_000)
  note(1800)
  expect(said).toHaveLength(2)
})

it('gives no advice that the option would refuse', () => {
  const { note, said } = rig(60_000)
  note(70_000, 70_000, 70_000)
  expect(said).toEqual([expect.stringMatching(/miss ticks\. Run the instances nearer to the store$/)])
})

it('has nothing to say about a quick store where claims are not ahead', () => {
  const { note, said } = rig(0)
  note(900, 900, 900, 900)
  expect(said).toEqual([])
})
