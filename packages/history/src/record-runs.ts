import { custom, having, mapParallel, resolveOptions, systemRandom } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { CALL_SPEC } from './call-options.ts'
import { invalidArgument } from './run-name.ts'
import type { RunRecord } from './run-record.ts'
import { encodedOutcome } from './segments/page-outcome.ts'
import { splitRun } from './segments/run-details.ts'
import { isPageName } from './segments/segment-key.ts'
import { flushPage, writeDetails } from './segments/write-outcomes.ts'

/** The place of recorded runs. */
export interface RecordOptions extends CallOptions {
  /**
   * The folder of the segments, 1 to 128 of `A-Z a-z 0-9 _ -`. Each folder costs a query of any job 1 LIST. @default 'runs'
   */
  readonly page?: string
}

const OPTIONS_SPEC = {
  ...CALL_SPEC,
  page: custom('1 to 128 of A-Z a-z 0-9 _ -', isPageName, 'runs'),
}

const STORE = having<ObjectStore>('an ObjectStore', 'get', 'put', 'delete', 'list')

const DETAILS_AT_ONCE = 16

/**
 * Writes the records of ended runs straight into segments, for a program without pages of its own: 1 PUT for each day
 * (UTC) and class of the retention, and 1 PUT for each run with large parts. A query reads whole segments, so a program
 * should collect runs, and record some hundred at once.
 *
 * The same runs give the same objects: after a failure, call again with the same runs. A run in several calls is shown
 * once, by its most complete record.
 * @throws S3SchedError `INVALID_RECORD`, before anything is written; `INVALID_OPTIONS`, `INVALID_ARGUMENT`; StoreError
 * @example await recordRuns(store, ended)
 */
export async function recordRuns(
  store: ObjectStore,
  runs: readonly RunRecord[],
  options: RecordOptions = {},
): Promise<void> {
  const { page, ...call } = resolveOptions('recordRuns', OPTIONS_SPEC, options)
  if (!STORE.accepts(store)) throw invalidArgument(`store to be ${STORE.expected}`, store)
  if (!Array.isArray(runs)) throw invalidArgument('runs to be a list', runs)
  const split = runs.map(splitRun)
  await mapParallel(split, DETAILS_AT_ONCE, (run) => writeDetails({ store, random: systemRandom }, run, call))
  await flushPage(store, { page, outcomes: split.map(encodedOutcome) }, call)
}
