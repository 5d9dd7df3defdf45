import type { PruneReport, RetentionPolicy } from '@s3sched/history'
import { createOperator } from '@s3sched/operator'
import { announceRequests, countJobs } from '../announce-requests.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { parseCount } from '../input/count.ts'
import { parseDuration } from '../input/instant.ts'
import { refuseUnknownJob } from '../known-job.ts'
import { counted } from '../output/counted.ts'
import { plainText } from '../output/plain-text.ts'
import { formatDuration } from '../output/times.ts'
import { watchDeletes } from '../watch-deletes.ts'

interface PruneOptions {
  readonly olderThan?: string
  readonly failedOlderThan?: string
  readonly maxRuns?: string
  readonly dryRun?: boolean
}

/** Deletes old run records. */
export const pruneCommand: Command<PruneOptions> = {
  name: 'prune',
  summary: 'delete old run records',
  details:
    "The leader does so by itself, by the application's historyRetention, which the bucket does not know: that is why the\n" +
    'age has to be said. Failed, timed-out, cancelled and lost runs are kept three times as long, unless told otherwise.',
  subject: { label: 'NAME', required: false },
  usesStore: true,
  options: [
    { flags: '--older-than <duration>', description: 'records of runs older than this, such as 30d' },
    { flags: '--failed-older-than <duration>', description: 'of failed, timed-out, cancelled and lost runs' },
    { flags: '--max-runs <count>', description: 'keep at most so many of a job that ended well, or did not run' },
    { flags: '--dry-run', description: 'count what would be deleted, and delete nothing' },
  ],
  async run(invocation, options) {
    if (options.olderThan === undefined) throw new UsageError('expected --older-than, such as --older-than 30d')
    const maxAgeMs = parseDuration('--older-than', options.olderThan)
    const { failedOlderThan, maxRuns } = options
    const failedMaxAgeMs =
      failedOlderThan === undefined ? 3 * maxAgeMs : parseDuration('--failed-older-than', failedOlderThan)
    const policy: RetentionPolicy = {
      maxAgeMs,
      failedMaxAgeMs,
      ...(maxRuns === undefined ? {} : { maxRuns: parseCount('--max-runs', maxRuns, 1, 10_000_000) }),
    }
    const isDry = options.dryRun === true
    const { description, store } = invocation.operator()
    const { clock, random, signal } = invocation.io
    const { subject: job } = invocation
    const beyond = maxRuns === undefined ? '' : `, and all but the newest ${maxRuns} of each job that ended well`
    const plan =
      `${isDry ? 'Would delete' : 'Deletes'} from ${description} the records of runs${job === undefined ? '' : ` of '${job}'`} ` +
      `older than ${formatDuration(maxAgeMs)}, of failed ones older than ${formatDuration(failedMaxAgeMs)}${beyond}.`
    await refuseUnknownJob(invocation)
    if (!invocation.json) await invocation.print(plainText(plan))
    if (job === undefined) await announceRequests(invocation, { get: 0, list: 2 * (await countJobs(invocation)) })
    const watched = watchDeletes(store, isDry)
    const { history } = createOperator(watched.store, { prefix: '', clock, random })
    const tell = async (report: PruneReport, isWhole: boolean): Promise<void> => {
      const outcome = isDry ? 'planned' : 'pruned'
      const more = isWhole ? {} : { interrupted: true }
      if (invocation.json) return invocation.printJson({ store: description, outcome, policy, ...report, ...more })
      const { deleted, orphans } = report
      const done = `${counted(deleted, 'record')}, and ${counted(orphans, 'mark')} without a record`
      return invocation.print(
        `${isDry ? 'Would delete' : 'Deleted'} ${done}${isWhole ? '' : ', until it was interrupted'}.`,
      )
    }
    invocation.whenInterrupted(() => tell({ deleted: recordsIn(watched.deleted), orphans: 0 }, false))
    const pruning = history.prune(policy, { signal, ...(job === undefined ? {} : { job }) })
    const report = await invocation.wait(isDry ? 'Counting' : 'Deleting', pruning)
    await tell(report, true)
    return EXIT.ok
  },
}

function recordsIn(keys: ReadonlySet<string>): number {
  return [...keys].filter((key) => key.startsWith('runs/')).length
}
