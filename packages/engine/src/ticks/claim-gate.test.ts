import { expect, it } from 'vitest'
import { ClaimGate } from './claim-gate.ts'

function setUp(isGood: boolean) {
  const steps: string[] = []
  const clockWatch = {
    isGood: async () => isGood,
    noteSettled: (name: string, at: number) => void steps.push(`${name} ${at}`),
  }
  const coordinator = { stepDown: async (reason: string) => void steps.push(reason) }
  return { gate: new ClaimGate(clockWatch, coordinator), steps }
}

it('is open on a machine with a good clock, which goes on leading', async () => {
  const { gate, steps } = setUp(true)
  expect(await gate.isOpen()).toBe(true)
  expect(steps).toEqual([])
})

it('is closed on a machine with a wrong clock, which leaves the lead to others', async () => {
  const { gate, steps } = setUp(false)
  expect(await gate.isOpen()).toBe(false)
  expect(steps).toEqual(['clock-skew'])
})

it('passes on up to which instant a job is settled', () => {
  const { gate, steps } = setUp(true)
  gate.noteSettled('report', 5)
  expect(steps).toEqual(['report 5'])
})
