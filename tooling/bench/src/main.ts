import { existsSync, readdirSync } from 'node:fs'
import { formatMeasurements, isWithinBudget, type Benchmark } from './measurement.ts'

/**
 * Runs the benchmarks that are named on the command line, or all of them, and fails when one is over its budget:
 * `node --conditions=@s3sched/source src/main.ts cron`.
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
  for (const name of asked) {
    const { benchmark } = (await import(`./${name}/benchmark.ts`)) as { readonly benchmark: Benchmark }
    const measurements = await benchmark()
    console.log(`${name}\n${formatMeasurements(measurements)}\n`)
    if (!measurements.every(isWithinBudget)) process.exitCode = 1
  }
}
