import { expect, it } from 'vitest'
import { claimLead } from './claim-lead.ts'

const leads = (claimAheadMs: number): number[] =>
  Array.from({ length: 500 }, (_, index) => claimLead(`job-${index}`, claimAheadMs))

it('spreads the claims of many jobs, and keeps them away from the instants at which actions start', () => {
  const all = leads(1000)
  expect(Math.min(...all)).toBeGreaterThanOrEqual(500)
  expect(Math.max(...all)).toBeLessThanOrEqual(900)
  for (let from = 500; from < 900; from += 100) {
    const within = all.filter((lead) => lead >= from && lead < from + 100)
    expect(within.length, `claims ${from} ms ahead`).toBeGreaterThan(50)
  }
})

it('is the same each time, and none where nothing is claimed ahead', () => {
  expect(leads(1000)).toEqual(leads(1000))
  expect(new Set(leads(0))).toEqual(new Set([0]))
})
