import { createHistory, type PruneReport, type RunHistory } from '@s3sched/history'
import { createArchive, pruneArchive } from '@s3sched/history/archive'
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
  /** The pages are shown as the caller has just read them, without a request of each query. @default false */
  readonly isFresh?: boolean
  readonly clock: Clock
  readonly logger: Logger
}

/** The retention of the runs. */
export interface RunHistoryOptions {
  /**
   * The age after which successes are deleted, in ms; other outcomes are kept three times as long. The archive goes by
   * whole days (UTC). @default 30 days
   */
  readonly historyRetention?: number
}

/**
 * The history of a scheduler's runs: the newest outcomes in the pages of job records, older ones in segments, and those
 * of past days in the archive.
 */
export function createRunHistory(
  { clock, isFresh, ledger, logger, store, waitingOutcomes }: RunHistoryDeps,
  { historyRetention }: RunHistoryOptions = {},
): RunHistory {
  const pages = new LiveOutcomes(ledger, waitingOutcomes, isFresh)
  const archive = createArchive({ store, clock, logger })
  const retention = historyRetention === undefined ? {} : { maxAgeMs: historyRetention }
  const history = createHistory({ store, pages, archive, clock, logger }, { retention })
  const prune: RunHistory['prune'] = async (policy, options = {}) => {
    const segments = await history.prune(policy, options)
    const { dryRun = false, onProgress, signal, timeoutMs } = options
    const pruning = { dryRun, signal, timeoutMs }
    const { folders, more } = await pruneArchive({ store, clock, logger }, policy ?? retention, pruning)
    const sum = (of: 'runs' | 'files'): number => folders.reduce((total, folder) => total + folder[of], 0)
    const report: PruneReport = {
      runs: segments.runs + sum('runs'),
      objects: segments.objects + sum('files'),
      more: segments.more || more,
    }
    if (folders.length > 0) onProgress?.({ runs: report.runs, objects: report.objects })
    return report
  }
  return { ...history, prune }
}

/** The same without the archive: the runs that lie in pages and segments. A run may be in the archive as well. */
export function createRecentHistory({ clock, ledger, logger, store }: RunHistoryDeps): Pick<RunHistory, 'runs'> {
  return createHistory({ store, pages: new LiveOutcomes(ledger), clock, logger })
}
