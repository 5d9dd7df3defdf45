import type { RetentionPolicy } from '@s3sched/history'
import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { parseCount } from '../input/count.ts'
import { parseDuration } from '../input/instant.ts'
import { counted } from '../output/counted.ts'
import { plainText } from '../output/plain-text.ts'
import { formatDuration } from '../output/times.ts'

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
  usesStore: true,
  options: [
    { flags: '--older-than <duration>', description: 'records of runs older than this, such as 30d' },
    { flags: '--failed-older-than <duration>', description: 'of failed, timed-out, cancelled and lost runs' },
    { flags: '--max-runs <count>', description: 'keep at most so many of a job that ended well, or did not run' },
    { flags: '--dry-run', description: 'say what would be done, and do nothing' },
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
    const { description, history } = invocation.operator()
    const beyond = maxRuns === undefined ? '' : `, and all but the newest ${maxRuns} of each job that ended well`
    const plan =
      `Deletes from ${description} the records of runs older than ${formatDuration(maxAgeMs)}, ` +
      `of failed ones older than ${formatDuration(failedMaxAgeMs)}${beyond}.`
    if (!invocation.json) await invocation.print(plainText(plan))
    if (options.dryRun === true) {
      if (invocation.json) await invocation.printJson({ store: description, outcome: 'planned', policy })
      return EXIT.ok
    }
    const report = await invocation.wait('Deleting', history.prune(policy, { signal: invocation.io.signal }))
    if (invocation.json) await invocation.printJson({ store: description, outcome: 'pruned', policy, ...report })
    else
      await invocation.print(
        `Deleted ${counted(report.deleted, 'record')}, and ${counted(report.orphans, 'mark')} without a record.`,
      )
    return EXIT.ok
  },
}
