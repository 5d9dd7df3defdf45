import { describe, expect, it } from 'vitest'
import { BROKEN } from './broken-protocols.ts'
import { simulateLedger } from './simulation/simulate-ledger.ts'

const SEEDS = Number(process.env['S3SCHED_SEEDS'] ?? 12)

describe('the ledger, in simulated trouble', () => {
  it(`applies each change once, and answers truly (${SEEDS} seeds)`, { timeout: 120_000 }, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { checker, splits } = await simulateLedger(seed)
      expect({ seed, violations: checker.violations }).toEqual({ seed, violations: [] })
      expect(checker.count('written'), `seed ${seed}: written`).toBeGreaterThan(100)
      expect(splits, `seed ${seed}: splits`).toBeGreaterThan(3)
    }
  })
})

describe('the checker', () => {
  it.each(Object.entries(BROKEN))('catches %s', { timeout: 120_000 }, async (_, broken) => {
    let seed = 0
    let violations: readonly string[] = []
    while (violations.length === 0 && seed < 40)
      violations = (await simulateLedger(++seed, broken())).checker.violations
    expect(violations).not.toEqual([])
  })
})
