import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BROKEN_RULES, describeCheck, SMALL_CHECKS } from '../src/model-check.ts'
import { HOW_TO_INSTALL, missingTools, search } from '../src/search.ts'

const missing = await missingTools()
if (missing.length > 0) {
  console.warn(`\nTHE MODELS ARE NOT CHECKED: ${missing.join(' and ')} not found. ${HOW_TO_INSTALL}\n`)
}

describe('a broken rule', () => {
  it.each(Object.entries(BROKEN_RULES))('is known to the model of the %s', (model, rules) => {
    const text = readFileSync(new URL(`../../../docs/model/${model}.pml`, import.meta.url), 'utf8')
    const switches = [...text.matchAll(/^#ifn?def ([A-Z_]+)$/gm)].map(([, name]) => name)
    expect(switches).toEqual(expect.arrayContaining([...rules]))
  })
})

describe.skipIf(missing.length > 0)('the model', () => {
  it.each(SMALL_CHECKS.map((check) => [describeCheck(check), check] as const))(
    'holds in every state unless a rule is broken, %s',
    async (_, check) => {
      const { outcome, states } = await search(check)
      expect(outcome).toBe(check.broken === undefined ? 'holds' : 'violated')
      expect(states).toBeGreaterThan(check.broken === undefined ? 100_000 : 0)
    },
  )
})
