/** `npm run month -- --days 365`: simulates 365 days, and prints the sizes at the end of each tenth day. */
import { parseArgs } from 'node:util'
import { checkMonth } from './check-month.ts'
import { liveFor, type DaySample } from './month.ts'

const { values } = parseArgs({ options: { days: { type: 'string', default: '365' } } })

function say({ alive, day, largestPage, objects, timers, waitingOutcomes }: DaySample): void {
  if (alive === undefined) return
  console.log(
    `day ${day}: ${counted(objects)}; page ${largestPage} B with ${waitingOutcomes} outcomes; timers ${timers}; ${counted(alive)}`,
  )
}

function counted(what: object): string {
  return Object.entries(what)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

const month = await liveFor(Number(values.days), say)
const violations = checkMonth(month)
for (const violation of violations) console.log(`violated: ${violation}`)
console.log(`${month.samples.length} days, ${month.terms} terms of leadership; violations: ${violations.length}`)
process.exitCode = violations.length === 0 ? 0 : 1
