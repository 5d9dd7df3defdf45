import { createHistory, type RunHistory, type RunRecord } from '@s3sched/history'
import { listAll, openStore, readDocument, scopeStore } from '@s3sched/store'
import type { BucketEvidence, FinalRecord } from './evidence.ts'

const PREFIX = 's3sched/'

interface StoredRecord {
  readonly since: number
  readonly lastTick: number | null
  readonly running: readonly { readonly tick: number; readonly retry: { readonly released: boolean } | null }[]
}

/** Reads the traces of a run, by no more of the product than its history. */
export async function readBucket(connection: string): Promise<BucketEvidence> {
  const opened = openStore(connection)
  try {
    const store = scopeStore(opened, PREFIX)
    const history: RunHistory = createHistory(store)
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
    const jobs = new Map<string, FinalRecord>()
    for (const { key } of await listAll(store, 'jobs/')) {
      const read = await readDocument(store, key)
      if (read.outcome !== 'found') throw new Error(`${key} is ${read.outcome} in the end`)
      const { lastTick, running, since } = read.fields as unknown as StoredRecord
      const openTicks = running.flatMap(({ retry, tick }) => (retry?.released === true ? [tick] : []))
      jobs.set(key.slice('jobs/'.length, -'.json'.length), { since, lastTick, openTicks })
    }
    return { runs, lost, jobs }
  } finally {
    await opened.close()
  }
}
