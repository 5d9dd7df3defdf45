import type { RunRecord } from '@s3sched/history'
import { pastOf, type JobRecord } from '@s3sched/jobs'
import { createRunHistory, openJobPages } from '@s3sched/jobs/bucket'
import { silentLogger, systemClock, systemRandom } from '@s3sched/kernel'
import { openStore, scopeStore } from '@s3sched/store'
import type { BucketEvidence, FinalRecord } from './evidence.ts'

export const PREFIX = 's3sched/'

/** Reads the traces of a run, by no more of the product than its pages of job records and its history. */
export async function readBucket(connection: string): Promise<BucketEvidence> {
  const opened = openStore(connection)
  try {
    const store = scopeStore(opened, PREFIX)
    const ledger = openJobPages({ store, clock: systemClock, random: systemRandom }, {})
    const history = createRunHistory({ store, ledger, clock: systemClock, logger: silentLogger })
    const runs: RunRecord[] = []
    let cursor: string | undefined
    do {
      const page = await history.list({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
      runs.push(...page.runs)
      cursor = page.cursor
    } while (cursor !== undefined)
    const lost = new Set(
      runs.filter(({ status, wasLost }) => status === 'lost' || wasLost === true).map(({ runId }) => runId),
    )
    return { runs, lost, jobs: await readJobs(ledger) }
  } finally {
    await opened.close()
  }
}

/** Reads the job records as they are now: 1 LIST, and 1 GET for each page. */
export async function readJobs(
  ledger: Pick<ReturnType<typeof openJobPages>, 'pages'>,
): Promise<ReadonlyMap<string, FinalRecord>> {
  const jobs = new Map<string, FinalRecord>()
  for await (const page of ledger.pages()) {
    for (const [name, read] of page.records()) {
      if (read.outcome !== 'read') throw new Error(`the record of ${name} is ${read.outcome} in the end`)
      jobs.set(name, finalRecord(read.record))
    }
  }
  return jobs
}

function finalRecord(record: JobRecord): FinalRecord {
  const { lastTick, running, since } = record
  return {
    since,
    lastTick,
    past: pastOf(record).map((period) => ({ from: period.since, to: Math.max(period.until, period.lastTick ?? 0) })),
    open: running.map(({ claimedAt, retry, runId, tick }) => {
      return { tick, runId, claimedAt, isReleased: retry?.released === true }
    }),
  }
}
