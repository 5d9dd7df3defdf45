import { createSeededRandom } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { missChance } from './miss-chance.ts'

it('is what the documentation says for a server that fails once in fifty rounds', () => {
  expect(missChance(3, 50)).toBeCloseTo(0.941, 3)
  expect(missChance(149, 50)).toBeLessThan(0.05)
  expect(missChance(148, 50)).toBeGreaterThan(0.05)
  expect(missChance(228, 50)).toBeLessThan(0.01)
  expect(missChance(227, 50)).toBeGreaterThan(0.01)
})

it('agrees with what happens', () => {
  const random = createSeededRandom(1)
  const probes = 20_000
  let missed = 0
  for (let probe = 0; probe < probes; probe++) {
    let failed = false
    for (let round = 0; round < 20; round++) failed ||= random.float() < 1 / 50
    if (!failed) missed++
  }
  expect(missed / probes).toBeCloseTo(missChance(20, 50), 1)
})
