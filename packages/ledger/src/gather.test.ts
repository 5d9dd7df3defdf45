import { createManualClock, settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { gather } from './gather.ts'

const clock = createManualClock()

/** Changes that come in parts, one part in each turn, as from a loop that begins its next turn after each part. */
function createCaller(
  parts: number,
  each: number,
): { readonly count: () => number; readonly run: () => Promise<void> } {
  let made = 0
  const run = async (): Promise<void> => {
    for (let part = 0; part < parts; part++) {
      made += each
      await clock.sleep(0)
    }
  }
  return { count: () => made, run }
}

it('waits for all parts of a caller that makes its changes over several turns', async () => {
  const caller = createCaller(5, 200)
  const made = gather(clock, caller.count, 10_000).then(caller.count)
  await Promise.all([caller.run(), made])
  expect(await made).toBe(1000)
})

it('waits for a single turn when nothing comes meanwhile', async () => {
  let turns = 0
  const counted = { sleep: (ms: number) => clock.sleep(ms).then(() => void turns++) }
  await gather(counted, () => 1, 1000)
  expect(turns).toBe(1)
})

it('ends at the most changes, and after eight turns of a stream without an end', async () => {
  const many = createCaller(5, 200)
  const full = gather(clock, many.count, 500).then(many.count)
  await Promise.all([many.run(), full])
  expect(await full).toBe(600)
  const stream = createCaller(100, 1)
  const some = gather(clock, stream.count, 1000).then(stream.count)
  await Promise.all([stream.run(), some])
  expect(await some).toBeLessThan(10)
  await settle()
})
