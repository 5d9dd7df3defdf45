import { expect, it, onTestFailed } from 'vitest'
import { Stage } from '../../src/scenario/stage.ts'
import { CLOCKS } from './clocks.ts'
import { DEATHS } from './deaths.ts'
import { failureModes } from './failure-modes.ts'
import { OBJECTS } from './objects.ts'
import { PROCESSES } from './processes.ts'
import { STORES } from './stores.ts'

const SCENARIOS = [...DEATHS, ...PROCESSES, ...STORES, ...OBJECTS, ...CLOCKS]

it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  '%s',
  { timeout: 120_000 },
  async (_, scenario) => {
    if ('alone' in scenario) return scenario.alone()
    const stage = new Stage(scenario.stage)
    onTestFailed(() =>
      console.log(
        stage.said.map(({ at, process, what }) => `${at.toFixed(0).padStart(9)} ${process} ${what}`).join('\n'),
      ),
    )
    await scenario.play(stage)
    const violations = await stage.verdict()
    const { leaves = [] } = scenario
    expect(violations.filter((violation) => !leaves.some((known) => known.test(violation)))).toEqual([])
    for (const known of leaves) expect(violations.join('\n')).toMatch(new RegExp(known, 'm'))
  },
)

it('docs/failure-modes.md has a row for each of these, and for nothing else', () => {
  const rows = failureModes()
  expect(rows.map(([name]) => name).toSorted()).toEqual(SCENARIOS.map(({ name }) => name).toSorted())
  for (const row of rows)
    expect(
      row.filter((cell) => cell.trim() !== ''),
      row[0],
    ).toHaveLength(5)
})
