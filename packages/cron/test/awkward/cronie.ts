import { readFileSync } from 'node:fs'
import type { ClockChange } from './changes.ts'

/** What the daemon itself started at changes of the clock, as `test/cronie/record.ts` wrote it down. */
export interface Recording {
  readonly version: string
  readonly runs: readonly {
    readonly expression: string
    readonly zone: string
    readonly from: string
    readonly started: readonly string[]
  }[]
}

const recording = JSON.parse(readFileSync(new URL('../cronie/recorded.json', import.meta.url), 'utf8')) as Recording

/** When cronie started a job that takes no time; `undefined` for an expression with seconds, which it doesn't have. */
export function cronieRuns({ expression, zone, from }: ClockChange): number[] | undefined {
  if (expression.split(' ').length === 6) return undefined
  const found = recording.runs.find(
    (run) => run.expression === expression && run.zone === zone && Date.parse(run.from) === from,
  )
  if (found === undefined) throw new Error(`'${expression}' in ${zone} isn't recorded; run test/cronie/record.ts`)
  return found.started.map((instant) => Date.parse(instant))
}
