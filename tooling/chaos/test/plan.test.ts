import { expect, it } from 'vitest'
import { planFaults, type PlanOptions } from '../src/plan.ts'

const options: PlanOptions = { seed: 1, processes: 4, durationMs: 600_000, ttlMs: 3000, hasServer: true }

it('is the same for the same seed, and another for another', () => {
  expect(planFaults(options)).toEqual(planFaults(options))
  expect(planFaults(options)).not.toEqual(planFaults({ ...options, seed: 2 }))
})

it('deals every kind of fault, in order, shorter and longer than the lease', () => {
  const faults = planFaults(options)
  expect(new Set(faults.map(({ kind }) => kind)).size).toBe(13)
  expect(faults.map(({ atMs }) => atMs)).toEqual(faults.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
  const pauses = faults.filter(({ kind }) => kind === 'pause').map(({ forMs }) => forMs)
  expect(pauses.some((ms) => ms < 3000) && pauses.some((ms) => ms > 3000)).toBe(true)
  for (const { target } of faults) expect(target === 'leader' || (target >= 0 && target < 4)).toBe(true)
})

it('leaves a server alone that there is not', () => {
  expect(planFaults({ ...options, hasServer: false }).filter(({ kind }) => kind === 'server-kill')).toEqual([])
})
