/** A record of the length of a job's record, about 600 characters of JSON. */
export interface SampleRecord {
  readonly spec: { readonly schedule: string; readonly timezone: string; readonly note: string }
  readonly hash: string
  readonly lastTick: number
  readonly fence: number
  readonly running: readonly { readonly runId: string; readonly claimedAt: number }[]
  readonly statistics: Readonly<Record<string, number>>
}

const TICK = 1_764_400_300_000

export function sampleRecord(index: number): SampleRecord {
  return {
    spec: { schedule: '*/5 * * * *', timezone: 'Europe/Berlin', note: `the text of job ${index}, `.repeat(14) },
    hash: `9f86d081884c7d${index}`,
    lastTick: TICK + index,
    fence: index,
    running: [],
    statistics: { runs: index, success: index, failure: 0, lost: 0, totalMs: 10 * index, minMs: 3, maxMs: 400 },
  }
}

/** The record after the claim of a run. */
export function claimed(record: SampleRecord): SampleRecord {
  const fence = record.fence + 1
  return { ...record, fence, lastTick: record.lastTick + 1000, running: [{ runId: `run-${fence}`, claimedAt: fence }] }
}
