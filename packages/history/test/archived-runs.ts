import type { RunRecord } from '../src/index.ts'
import type { ArchiveWorld } from './archive-world.ts'
import { aRun, DAY, MINUTE, START } from './records.ts'

/** Runs of seven jobs, a second apart; one in ten failed. */
export const runs = (count: number, fields: Partial<RunRecord> = {}): RunRecord[] =>
  Array.from({ length: count }, (_, n) =>
    aRun({
      runId: `run-${n}`,
      job: `job-${n % 7}`,
      scheduledTime: START + n * 1000,
      ...(n % 10 === 3 ? { status: 'failed', error: { name: 'Error', message: `no ${n}` } } : {}),
      ...fields,
    }),
  )

export async function shown({ newReader }: ArchiveWorld): Promise<readonly RunRecord[]> {
  return (await newReader().list({ limit: 1000 })).runs
}

/** The hour after the day of {@link runs}. */
export const afterTheDay: number = START + DAY + 60 * MINUTE
