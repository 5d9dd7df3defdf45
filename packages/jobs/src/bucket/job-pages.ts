/**
 * The pages of job records, `jobs/pages/…`: a ledger with one record for each job. Every change of a job is a change of
 * the ledger, and all changes that wait for the same page go into one write.
 */
import { isJobName, type Clock, type Random } from '@s3sched/kernel'
import { createLedger, type Ledger, type LedgerOptions, type PageView, type RecordCodec } from '@s3sched/ledger'
import type { Fields, ObjectStore } from '@s3sched/store'
import { parseJobRecord } from '../record/job-record-format.ts'
import type { JobRecord } from '../record/job-record.ts'
import { storeRecord } from '../record/stored-record.ts'
import { SchedulerError } from '../scheduler-error.ts'

/** The folder of the pages, and of nothing else. */
const FOLDER = 'jobs/'

/** A record with the statistics of its runs has about 500 characters, so that some 250 jobs share one write. */
const MAX_CHARS = 262_144

/** The ledger of the jobs. */
export type JobLedger = Ledger<JobRecord>

/** A page at one moment. */
export type JobPage = PageView<JobRecord>

/** The key of a page's object. */
export function pageKeyOf(page: string): string {
  return `${FOLDER}pages/${page === '' ? 'root' : page}.json`
}

export interface JobPagesDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
}

/** Job records as JSON, checked on every read: any writer of the bucket may have written them. */
const jobCodec: RecordCodec<JobRecord> = {
  decode: (value, name) => {
    // Runs under such a name would have no keys in the history.
    if (!isJobName(name)) return { outcome: 'unreadable', problem: 'no job can have that name' }
    const parsed = parseJobRecord(value as Fields)
    return parsed.outcome === 'found' ? { outcome: 'read', record: parsed.record } : parsed
  },
  encode: storeRecord,
}

export interface JobPagesOptions extends Pick<LedgerOptions<JobRecord>, 'leastDepth' | 'restore' | 'writer'> {
  /** The record of a known text, which is then not parsed again. */
  readonly recall?: RecordCodec<JobRecord>['recall']
}

/**
 * Opens the pages of the jobs in a store. Makes no request.
 * @param options - `writer` must be the name of one live process alone
 */
export function openJobPages(
  { clock, random, store }: JobPagesDeps,
  { recall, ...options }: JobPagesOptions,
): JobLedger {
  const codec = { ...jobCodec, recall }
  return createLedger(store, { codec, namespace: FOLDER, maxChars: MAX_CHARS, clock, random, ...options })
}

/** The most objects of another layout that are counted. */
const SAMPLE = 1000

/**
 * Looks for job records of the layout with an object for each job: 1 LIST.
 * @returns the key of such an object; `undefined` for none
 */
export async function findOldLayout(store: ObjectStore, signal?: AbortSignal): Promise<string | undefined> {
  for await (const { objects } of store.list(FOLDER, { signal, limit: SAMPLE })) {
    // A store may answer a part of the sample, or nothing and a token for the rest.
    const old = objects.find(({ key }) => /^jobs\/[^/]+\.json$/.test(key))
    if (old !== undefined) return old.key
  }
  return undefined
}

/** @throws SchedulerError for a bucket of an earlier layout, which this version can't read */
export async function refuseOldLayout(store: ObjectStore, signal?: AbortSignal): Promise<void> {
  const key = await findOldLayout(store, signal)
  if (key === undefined) return
  throw new SchedulerError(
    `the bucket has job records of an earlier layout, such as '${key}': this version keeps jobs in pages`,
    {
      code: 'OLD_LAYOUT',
      suggestion:
        'Use another prefix, or delete the objects below this prefix: an earlier layout was never published, and is not converted',
      context: { key },
    },
  )
}
