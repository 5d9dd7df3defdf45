import type { RunRecord } from '../src/index.ts'
import { flushPage, pageOutcome } from '../src/segments/index.ts'
import { aRun, MINUTE, START } from './records.ts'
import type { SegmentRig } from './segment-rig.ts'

/** Runs of one job, a minute apart. */
export const minutely = (count: number, fields: Partial<RunRecord> = {}): RunRecord[] =>
  Array.from({ length: count }, (_, n) => aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE, ...fields }))

export const ids = (runs: readonly { readonly runId: string }[]): string[] => runs.map(({ runId }) => runId)

/** Writes each `every` runs as segments, and leaves the rest in the page. */
export async function fill({ recordAll, store }: SegmentRig, runs: readonly RunRecord[], every: number): Promise<void> {
  const whole = runs.length - (runs.length % every)
  for (let from = 0; from < whole; from += every)
    await flushPage(store, { page: 'p', outcomes: runs.slice(from, from + every).map(pageOutcome) })
  await recordAll(runs.slice(whole))
}
