/** The object of one job: `jobs/<name>.json`. */
import { isKeyName } from '@s3sched/kernel'
import { readDocument, type ObjectStore } from '@s3sched/store'
import { parseJobRecord } from '../record/job-record-format.ts'
import type { JobRecord } from '../record/job-record.ts'
import { SchedulerError } from '../scheduler-error.ts'

const PREFIX = 'jobs/'
const SUFFIX = '.json'

/** A record whose version this instance has not seen. */
export interface ChangedRecord {
  readonly name: string
  readonly etag: string
  /** By the server's clock, epoch ms. */
  readonly lastModified: number
}

export interface FoundRecord {
  readonly record: JobRecord
  readonly etag: string
  /** Tells the write from every other write. */
  readonly nonce: string
}

export function jobKey(name: string): string {
  return `${PREFIX}${name}${SUFFIX}`
}

/**
 * Reads a job's record: 1 GET.
 * @returns `undefined` when there is no object
 * @throws SchedulerError for an unreadable object; the store's error
 */
export async function readJobRecord(
  store: ObjectStore,
  name: string,
  signal: AbortSignal | undefined,
): Promise<FoundRecord | undefined> {
  const read = await readDocument(store, jobKey(name), { signal })
  if (read.outcome === 'missing' || read.outcome === 'unchanged') return undefined
  if (read.outcome === 'unreadable') throw unreadable(name, read.problem)
  // Runs under such a name would have no keys in the history.
  if (!isKeyName(name)) throw unreadable(name, 'no job can have that name')
  const parsed = parseJobRecord(read.fields)
  if (parsed.outcome !== 'found') throw unreadable(name, parsed.problem)
  return { record: parsed.record, etag: read.etag, nonce: read.nonce }
}

/** The versions of all jobs' objects: 1 LIST per 1,000 jobs. */
export async function* listJobObjects(store: ObjectStore, signal?: AbortSignal): AsyncGenerator<ChangedRecord[]> {
  for await (const { objects } of store.list(PREFIX, { signal })) {
    yield objects
      .filter(({ key }) => key.endsWith(SUFFIX))
      .map(({ etag, key, lastModified }) => ({ name: key.slice(PREFIX.length, -SUFFIX.length), etag, lastModified }))
  }
}

function unreadable(name: string, problem: string): SchedulerError {
  return new SchedulerError(`the record of job '${name}' is unreadable: ${problem}`, {
    code: 'STORE',
    retriable: true,
    suggestion: `Unless it passes, look at ${jobKey(name)} in the bucket; when it is deleted, instances that know the job write it again`,
    context: { jobName: name },
  })
}
