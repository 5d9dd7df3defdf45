import { settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { createGate, createRig } from '../test/rig.ts'

const LIMIT = { blockedLoopWarningMs: 1000 }

it('names the action that blocks the event loop before its first await, with how long', async () => {
  const { clock, executor, warnings } = createRig(LIMIT)
  await executor.run({ key: 'crunch', runId: 'r', action: () => clock.block(2500) })
  await clock.advance(10_000)
  expect(warnings).toEqual([
    {
      message: "job 'crunch' blocked the event loop for 2500 ms",
      fields: { key: 'crunch', runId: 'r', attempt: 1, blockedMs: 2500 },
    },
  ])
})

it('names all that ran when it is blocked later on', async () => {
  const { clock, executor, warnings } = createRig(LIMIT)
  const gate = createGate()
  const running = ['a', 'b'].map((key) => executor.run({ key, action: () => gate.passed }))
  await clock.advance(500)
  clock.block(3000)
  await clock.advance(0)
  expect(warnings.map(({ message }) => message)).toEqual(["the event loop was blocked for 2900 ms while 'a', 'b' ran"])
  gate.open()
  await Promise.all(running)
})

it('reports a block once, by its surest witness', async () => {
  const { clock, executor, warnings } = createRig(LIMIT)
  const gate = createGate()
  const other = executor.run({ key: 'bystander', action: () => gate.passed })
  await clock.advance(500)
  await executor.run({ key: 'crunch', action: () => clock.block(5000) })
  await clock.advance(5000)
  expect(warnings.map(({ message }) => message)).toEqual(["job 'crunch' blocked the event loop for 5000 ms"])
  gate.open()
  await other
})

it('says nothing of a shorter block, nor of an action that only takes long', async () => {
  const { clock, executor, warnings } = createRig(LIMIT)
  const running = executor.run(async () => {
    clock.block(999)
    await clock.sleep(60_000)
  })
  await clock.advance(61_000)
  await running
  expect(warnings).toEqual([])
})

it('keeps a timer only while something executes', async () => {
  const { clock, executor } = createRig(LIMIT)
  const gate = createGate()
  const running = executor.run(() => gate.passed)
  await settle()
  expect(clock.sleeping).toBe(1)
  gate.open()
  await running
  await settle()
  expect(clock.sleeping).toBe(0)
})
