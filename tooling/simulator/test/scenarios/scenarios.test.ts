import { expect, it, onTestFailed } from 'vitest'
import { Stage, type Said } from '../../src/scenario/stage.ts'
import { BLOCKS } from './blocks.ts'
import { CLOCKS } from './clocks.ts'
import { DEATHS } from './deaths.ts'
import { failureModes } from './failure-modes.ts'
import { OBJECTS } from './objects.ts'
import { PROCESSES } from './processes.ts'
import { SHORT_RUNS } from './short-runs.ts'
import { STORES } from './stores.ts'

/** Each scenario is played with both settings: a row of docs/failure-modes.md holds for either. */
const STANDBYS = ['hot', 'cold'] as const

const SCENARIOS = [...DEATHS, ...SHORT_RUNS, ...PROCESSES, ...BLOCKS, ...STORES, ...OBJECTS, ...CLOCKS]

const lineOf = ({ at, process, what }: Said): string => `${at.toFixed(0).padStart(9)} ${process} ${what}`

it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
  if ('alone' in scenario) return scenario.alone()
  for (const standby of STANDBYS) {
    if ((scenario.stage?.standby ?? standby) !== standby) continue
    const stage = new Stage({ standby, ...scenario.stage })
    onTestFailed(() => console.log(`with a ${standby} standby:\n${stage.said.map(lineOf).join('\n')}`))
    await scenario.play(stage)
    const violations = await stage.verdict()
    const { leaves = [], mayLeave = [] } = scenario
    const known = [...leaves, ...mayLeave]
    expect(violations.filter((violation) => !known.some((each) => each.test(violation)))).toEqual([])
    for (const each of leaves) expect(violations.join('\n')).toMatch(new RegExp(each, 'm'))
  }
})

it('docs/failure-modes.md has a row for each of these, and for nothing else', () => {
  const rows = failureModes()
  const namesOf = (names: readonly (string | undefined)[]): string =>
    names
      .map(String)
      .toSorted((a, b) => a.localeCompare(b))
      .join('\n')
  expect(namesOf(rows.map(([name]) => name))).toBe(namesOf(SCENARIOS.map(({ name }) => name)))
  for (const row of rows)
    expect(
      row.filter((cell) => cell.trim() !== ''),
      row[0],
    ).toHaveLength(5)
})
