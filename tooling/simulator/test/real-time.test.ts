import { systemClock } from '@s3sched/kernel'
import { afterEach, expect, it, vi } from 'vitest'
import { Fleet } from '../src/fleet.ts'
import { drawPlan } from '../src/plan.ts'
import { World } from '../src/world.ts'

/** A seed with archives, backfills and a leader that dies. */
const SEED = 15

afterEach(() => vi.restoreAllMocks())

it('refuses code that is loaded while simulated time passes', async () => {
  const late = 'data:text/javascript,export const late = true'
  const world = new World()
  world.at(10, () => void import(late))
  await expect(world.run(20, () => {})).rejects.toThrow(`got ${late} meanwhile`)
  await world.run(30, () => {})
  expect(world.now).toBe(30)
})

it('gives an error no stack, whose length would be that of the paths here', async () => {
  const world = new World()
  const stacks: unknown[] = []
  world.at(10, () => stacks.push(new Error('on purpose').stack))
  await Promise.all([world.run(20, () => {}), world.run(30, () => {})])
  expect(stacks).toEqual(['Error: on purpose'])
  expect(new Error('afterwards').stack).toContain('real-time.test.ts')
})

it('never asks the machine for the time', async () => {
  const asked = (['now', 'monotonic', 'sleep'] as const).map((question) => vi.spyOn(systemClock, question))
  const fleet = new Fleet(drawPlan(SEED), true)
  await fleet.live()
  expect(fleet.trace.length).toBeGreaterThan(200)
  for (const question of asked) expect(question).not.toHaveBeenCalled()
})
