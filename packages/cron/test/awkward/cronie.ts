import { readFileSync } from 'node:fs'
import type { ClockChange } from './changes.ts'

/** The jobs that the daemon itself started at clock changes, as recorded by `test/cronie/record.ts`. */
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

/**
 * The times when cronie started a job without duration; `undefined` for an expression with seconds, because cronie has
 * no seconds.
 */
export function cronieRuns({ expression, zone, from }: ClockChange): number[] | undefined {
  if (expression.split(' ').length === 6) return undefined
  const found = recording.runs.find(
    (run) => run.expression === expression && run.zone === zone && Date.parse(run.from) === from,
  )
  if (found === undefined) throw new Error(`'${expression}' in ${zone} isn't recorded; run test/cronie/record.ts`)
  return found.started.map((instant) => Date.parse(instant))
}
