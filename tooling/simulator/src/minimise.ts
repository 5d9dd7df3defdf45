import type { Fault, Plan } from './plan-form.ts'
import { simulate } from './simulate.ts'
import { promiseOf } from './switches.ts'

/**
 * The same plan with as few faults as the same broken promise needs (delta debugging, Zeller and Hildebrandt 2002):
 * leaves out ever smaller parts of the list, as long as the run still fails in the same way.
 */
export async function minimise(plan: Plan): Promise<Plan> {
  const promise = firstPromise((await simulate(plan)).violations)
  const stillFails = async (faults: readonly Fault[]): Promise<boolean> =>
    firstPromise((await simulate({ ...plan, faults })).violations) === promise
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

function firstPromise([first]: readonly string[]): string | undefined {
  return first === undefined ? undefined : promiseOf(first)
}
