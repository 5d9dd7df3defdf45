import { createHistory, type RunHistory } from '@s3sched/history'
import type { PageOutcome } from '@s3sched/history/segments'
import type { Clock, Logger } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import type { JobLedger } from './job-pages.ts'
import { LiveOutcomes } from './live-outcomes.ts'

export interface RunHistoryDeps {
  readonly store: ObjectStore
  readonly ledger: JobLedger
  /** The outcomes of this process that are in no page yet: each process sees its own runs at once. @default none */
  readonly waitingOutcomes?: () => readonly PageOutcome[]
  readonly clock: Clock
  readonly logger: Logger
}

export interface RunHistoryOptions {
  /** The age after which successes are deleted, in ms; other outcomes are kept three times as long. @default 30 days */
  readonly historyRetention?: number
}

/** The history of a scheduler's runs: the newest outcomes in the pages of job records, older ones in segments. */
export function createRunHistory(
  { clock, ledger, logger, store, waitingOutcomes }: RunHistoryDeps,
  { historyRetention }: RunHistoryOptions = {},
): RunHistory {
  const pages = new LiveOutcomes(ledger, waitingOutcomes)
  return createHistory(
    { store, pages, clock, logger },
    historyRetention === undefined ? {} : { retention: { maxAgeMs: historyRetention } },
  )
}
