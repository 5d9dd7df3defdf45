import { expect, it } from 'vitest'
import { Stage } from '../../src/scenario/stage.ts'
import { DEATHS } from './deaths.ts'

const SCENARIOS = [...DEATHS]

it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', { timeout: 120_000 }, async (_, scenario) => {
  if ('alone' in scenario) return scenario.alone()
  const stage = new Stage(scenario.stage)
  await scenario.play(stage)
  const violations = await stage.verdict()
  expect(violations.filter((violation) => scenario.excuses?.test(violation) !== true)).toEqual([])
})
