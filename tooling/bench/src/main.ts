import { existsSync, readdirSync } from 'node:fs'
import { relative } from 'node:path'
import { machine } from './machine.ts'
import { formatMeasurements, isWithinBudget, type Benchmark } from './measurement.ts'
import { writeResults } from './write-results.ts'

/**
 * Runs the benchmarks named on the command line, or all benchmarks, and fails when a figure is over its budget: `node
 * --conditions=@s3sched/source src/main.ts cron`. The figures are also written as JSON into `results`.
 */
const known = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(new URL(`./${name}/benchmark.ts`, import.meta.url)),
)
const asked = process.argv.length > 2 ? process.argv.slice(2) : known
const unknown = asked.filter((name) => !known.includes(name))

if (unknown.length > 0) {
  console.error(`no benchmark called ${unknown.join(', ')}; known are ${known.join(', ')}`)
  process.exitCode = 2
} else {
  const { cores, cpu, memoryGb, node, system } = machine()
  console.log(`${cores} cores of ${cpu}, ${memoryGb} GB, ${system}, Node.js ${node}\n`)
  for (const name of asked) {
    const { benchmark } = (await import(`./${name}/benchmark.ts`)) as { readonly benchmark: Benchmark }
    const before = machine()
    const measurements = await benchmark()
    const file = await writeResults(name, before, measurements)
    console.log(`${name} (load ${before.load} at its beginning; ${relative(process.cwd(), file)})`)
    console.log(`${formatMeasurements(measurements)}\n`)
    if (!measurements.every(isWithinBudget)) process.exitCode = 1
  }
}
