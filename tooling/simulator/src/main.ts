/**
 * `npm run sim -- --seeds 1000 [--from 1]` tries 1000 seeds, and shows the first failing seed with as few faults as the
 * failure needs. `--all` goes on after a failure, `--brief` shows no trace, and `--promise held` looks for violations of
 * this promise alone, and keeps the faults that break it. `--seed 7` tries and shows seed 7, and `--full` keeps all faults.
 */
import { parseArgs } from 'node:util'
import { minimise } from './minimise.ts'
import { drawPlan } from './plan.ts'
import { simulate } from './simulate.ts'
import { promiseOf, violationsOf } from './switches.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    all: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    brief: { type: 'boolean', default: false },
    promise: { type: 'string' },
  },
})

if (values.seed !== undefined) process.exitCode = (await show(Number(values.seed))) ? 0 : 1
else process.exitCode = (await campaign(Number(values.from), Number(values.seeds))) ? 0 : 1

async function campaign(from: number, seeds: number): Promise<boolean> {
  const sums = { seeds: 0, starts: 0, writes: 0, faults: 0 }
  const failed: number[] = []
  for (let seed = from; seed < from + seeds; seed++) {
    const plan = drawPlan(seed)
    const { evidence, violations: all } = await simulate(plan)
    const violations = violationsOf(all, values.promise)
    sums.seeds++
    sums.starts += evidence.calls.length
    sums.writes += evidence.changes.length
    sums.faults += plan.faults.length
    if (violations.length === 0) continue
    failed.push(seed)
    console.log(`seed ${seed}: ${violations.length} violations, such as ${violations[0]}`)
    if (!values.all) break
  }
  console.log(
    `${sums.seeds} seeds, ${sums.faults} faults, ${sums.starts} attempts started, ${sums.writes} writes; failed: ${failed.length === 0 ? 'none' : failed.join(' ')}`,
  )
  if (failed[0] !== undefined && !values.all && !values.brief) await show(failed[0])
  return failed.length === 0
}

/** Shows the trace of a seed, with as few faults as its failure needs. @returns whether the seed passed */
async function show(seed: number): Promise<boolean> {
  const plan = drawPlan(seed)
  const [first] = violationsOf((await simulate(plan)).violations, values.promise)
  const least = first === undefined || values.full ? plan : await minimise(plan, promiseOf(first))
  const { trace, violations } = await simulate(least, { withTrace: true })
  for (const line of trace) console.log(line)
  console.log(`\nseed ${seed}: ${least.faults.length} of ${plan.faults.length} faults`)
  for (const fault of least.faults) console.log(`  ${JSON.stringify(fault)}`)
  for (const violation of violations) console.log(`violated: ${violation}`)
  return first === undefined
}
