import type { Fault, Plan } from './plan-form.ts'
import { simulate, type SimulationResult } from './simulate.ts'
import { violationsOf } from './switches.ts'

type Run = (plan: Plan) => Promise<Pick<SimulationResult, 'violations'>>

/**
 * The same plan with as few faults as the broken promise needs (delta debugging, Zeller and Hildebrandt 2002): leaves out
 * ever smaller parts of the list, as long as the run still breaks the promise, alone or among others.
 */
export async function minimise(plan: Plan, promise: string, run: Run = simulate): Promise<Plan> {
  const stillFails = async (faults: readonly Fault[]): Promise<boolean> =>
    violationsOf((await run({ ...plan, faults })).violations, promise).length > 0
  let faults = [...plan.faults]
  for (let parts = 2; faults.length > 0;) {
    const size = Math.ceil(faults.length / parts)
    let isSmaller = false
    for (let from = 0; from < faults.length; from += size) {
      const rest = [...faults.slice(0, from), ...faults.slice(from + size)]
      if (!(await stillFails(rest))) continue
      faults = rest
      parts = Math.max(parts - 1, 2)
      isSmaller = true
      break
    }
    if (isSmaller) continue
    if (size === 1) break
    parts = Math.min(faults.length, parts * 2)
  }
  return { ...plan, faults }
}
