/**
 * Announces the number of a command's requests before its start, where the number is high.
 *
 * No confirmation is asked: such a command only reads, or deletes as told, and Ctrl-C ends the command with its results
 * so far.
 */
import type { RunFilter } from '@s3sched/history'
import { listAll } from '@s3sched/store'
import type { Invocation } from './invocation.ts'
import { grouped } from './output/counted.ts'

/** The least number of requests with an announcement. */
const MANY = 1000
/** S3's list prices, in US$. */
const GET_PRICE = 0.4 / 1_000_000
const LIST_PRICE = 5 / 1_000_000
const PER_LIST = 1000
/** The count of runs stops at this number. */
const MOST_COUNTED = 100_000

export interface Foreseen {
  readonly get: number
  readonly list: number
}

/** Prints the number and the price on standard error, and sets the progress's total. */
export async function announceRequests(invocation: Invocation, { get, list }: Foreseen): Promise<void> {
  const requests = get + list
  invocation.expect(requests)
  if (requests < MANY) return
  const dollars = get * GET_PRICE + list * LIST_PRICE
  const price = dollars < 0.01 ? 'less than 0.01 US$' : `${dollars.toFixed(2)} US$`
  const text = `s3sched: about ${grouped(requests)} requests, ${price} at S3's list prices; Ctrl-C ends it`
  await invocation.io.stderr.write(`${text}\n`)
}

/** The number of jobs with a record in the bucket: 1 LIST per 1,000. */
export async function countJobs(invocation: Invocation): Promise<number> {
  const { store } = invocation.operator()
  const objects = await invocation.wait('Counting the jobs', listAll(store, 'jobs/', { signal: invocation.io.signal }))
  return objects.filter(({ key }) => key.endsWith('.json')).length
}

/** The number of runs that match a filter, and of their jobs: 1 LIST per 1,000 runs and at least 1 per job. */
export async function countRuns(
  invocation: Invocation,
  filter: RunFilter,
): Promise<{ readonly runs: number; readonly jobs: number; readonly lists: number }> {
  const { history } = invocation.operator()
  const { signal } = invocation.io
  const counting = history.timeline({ ...filter, limit: MOST_COUNTED, signal })
  const entries = await invocation.wait('Counting the runs', counting)
  const jobs = new Set(entries.map(({ job }) => job)).size
  return { runs: entries.length, jobs, lists: jobs + Math.floor(entries.length / PER_LIST) }
}
