/**
 * Announces the number of a command's requests before its start, where the number is high.
 *
 * No confirmation is asked: such a command only reads, or deletes as told, and Ctrl-C ends the command with its results
 * so far.
 */
import { parseSegmentKey } from '@s3sched/history/segments'
import { listAll } from '@s3sched/store'
import type { Invocation } from './invocation.ts'
import { grouped } from './output/counted.ts'

/** The least number of requests with an announcement. */
const MANY = 1000
/** S3's list prices, in US$. */
const GET_PRICE = 0.4 / 1_000_000
const LIST_PRICE = 5 / 1_000_000

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

/** The number of pages of job records: 1 LIST per 1,000. */
export async function countPages(invocation: Invocation): Promise<number> {
  const { store } = invocation.operator()
  const listing = listAll(store, 'jobs/pages/', { signal: invocation.io.signal })
  return (await invocation.wait('Counting the pages of jobs', listing)).length
}

/** The number of segments with runs of a period, of any jobs: 1 LIST per 1,000 segments. */
export async function countSegments(
  invocation: Invocation,
  { since = -Infinity, until = Infinity }: { readonly since?: number | undefined; readonly until?: number | undefined },
): Promise<number> {
  const { store } = invocation.operator()
  const listing = listAll(store, 'segments/', { signal: invocation.io.signal })
  const objects = await invocation.wait('Counting the segments', listing)
  return objects.filter(({ key }) => {
    const segment = parseSegmentKey(key)
    return segment !== undefined && segment.newest >= since && segment.oldest < until
  }).length
}
