import { expect, it } from 'vitest'
import { ClaimLead } from './claim-lead.ts'

it('is three times a slow claim, at least 50 ms and at most the option', () => {
  const lead = new ClaimLead(1000)
  expect(lead.ms).toBe(500)
  lead.note(100)
  expect(lead.ms).toBe(300)
  lead.note(2)
  expect(lead.ms).toBeGreaterThan(250)
  for (let claim = 0; claim < 200; claim++) lead.note(2)
  expect(lead.ms).toBe(50)
  lead.note(700)
  expect(lead.ms).toBe(1000)
})

it('is none where nothing is claimed ahead', () => {
  expect(new ClaimLead(0).ms).toBe(0)
})
