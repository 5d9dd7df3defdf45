import { expect, it } from 'vitest'
import { minimise } from '../src/minimise.ts'
import { drawPlan } from '../src/plan.ts'
import type { Plan } from '../src/plan-form.ts'

it('keeps the faults that break the sought promise, also where they break another promise first', async () => {
  const plan = drawPlan(7)
  const [other, second] = plan.faults
  expect(plan.faults.length).toBeGreaterThan(3)
  const run = async ({ faults }: Plan): Promise<{ violations: string[] }> => {
    const [isOnce, isSecond] = [other, second].map((fault) => faults.some((each) => each === fault))
    const violations = isOnce ? ['once: a tick ran twice'] : []
    return { violations: isOnce && isSecond ? [...violations, 'held: a lease was lost'] : violations }
  }
  expect((await minimise(plan, 'held', run)).faults).toEqual([other, second])
  expect((await minimise(plan, 'once', run)).faults).toEqual([other])
})
