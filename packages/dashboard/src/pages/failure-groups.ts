import type { RunRecord } from '@s3sched/history'
import { groupBy } from '@s3sched/kernel'

/** The failures of one job for one reason, the newest first. */
export interface FailureGroup {
  readonly job: string
  readonly newest: RunRecord
  readonly oldest: RunRecord
  readonly count: number
}

/** @param runs - newest first @returns the most frequent group first */
export function groupFailures(runs: readonly RunRecord[]): FailureGroup[] {
  const groups = groupBy(runs, (run) => JSON.stringify([run.job, run.status, patternOf(reasonOf(run))]))
  return [...groups.values()]
    .flatMap((group): FailureGroup[] => {
      const [newest, oldest] = [group[0], group.at(-1)]
      return newest === undefined || oldest === undefined
        ? []
        : [{ job: newest.job, newest, oldest, count: group.length }]
    })
    .toSorted((a, b) => b.count - a.count || b.newest.scheduledTime - a.newest.scheduledTime)
}

export function reasonOf({ error, reason }: RunRecord): string {
  return error?.message ?? reason ?? ''
}

/** Messages that differ by numbers and ids alone have one reason. */
function patternOf(message: string): string {
  return message.replaceAll(/\b[0-9a-f]{8,}(?:-[0-9a-f]+)*\b/gi, '#').replaceAll(/\d+(?:[.,:]\d+)*/g, '#')
}
