import type { PruneOptions, PruneProgress, PruneReport, RetentionPolicy, RunHistory } from '@s3sched/history'
import { announceRequests, countPages } from '../announce-requests.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { parseDuration } from '../input/instant.ts'
import { counted } from '../output/counted.ts'
import { plainText } from '../output/plain-text.ts'
import { formatDuration } from '../output/times.ts'

interface PruneCommandOptions {
  readonly olderThan?: string
  readonly failedOlderThan?: string
  readonly dryRun?: boolean
}

/** Deletes old run records. */
export const pruneCommand: Command<PruneCommandOptions> = {
  name: 'prune',
  summary: 'delete old run records',
  details:
    "The leader does so by itself, by the application's historyRetention, which the bucket does not know: that is why the\n" +
    'age has to be said. Failed, timed-out, cancelled and lost runs are kept three times as long, unless told otherwise.\n' +
    'Runs go by their age and outcome alone, those of all jobs together.',
  usesStore: true,
  options: [
    { flags: '--older-than <duration>', description: 'records of runs older than this, such as 30d' },
    { flags: '--failed-older-than <duration>', description: 'of failed, timed-out, cancelled and lost runs' },
    { flags: '--dry-run', description: 'count what would be deleted, and delete nothing' },
  ],
  async run(invocation, options) {
    if (options.olderThan === undefined) throw new UsageError('expected --older-than, such as --older-than 30d')
    const maxAgeMs = parseDuration('--older-than', options.olderThan)
    const { failedOlderThan } = options
    const failedMaxAgeMs =
      failedOlderThan === undefined ? 3 * maxAgeMs : parseDuration('--failed-older-than', failedOlderThan)
    const policy: RetentionPolicy = { maxAgeMs, failedMaxAgeMs }
    const isDry = options.dryRun === true
    const { description, history } = invocation.operator()
    const { signal } = invocation.io
    const ages = `older than ${formatDuration(maxAgeMs)}, of failed ones older than ${formatDuration(failedMaxAgeMs)}`
    if (!invocation.json)
      await invocation.print(
        plainText(`${isDry ? 'Would delete' : 'Deletes'} from ${description} the records of runs ${ages}.`),
      )
    const lists = 2 * (await countPages(invocation)) + 3
    await announceRequests(invocation, { get: 0, list: isDry ? lists : 2 * lists })
    let done: PruneProgress = { runs: 0, objects: 0 }
    const onProgress = (soFar: PruneProgress): void => void (done = soFar)
    const tell = async (isWhole: boolean, hasMore = false): Promise<void> => {
      const outcome = isDry ? 'planned' : 'pruned'
      const rest = { ...(hasMore ? { hasMore } : {}), ...(isWhole ? {} : { interrupted: true }) }
      if (invocation.json) return invocation.printJson({ store: description, outcome, policy, ...done, ...rest })
      const text = `${hasMore ? 'at least ' : ''}${textOf(done)}${isWhole ? '' : ', until it was interrupted'}`
      return invocation.print(`${isDry ? 'Would delete' : 'Deleted'} ${text}.`)
    }
    invocation.whenInterrupted(() => tell(false))
    const counting = { dryRun: true, signal, ...(isDry ? { onProgress } : {}) }
    const planned = await invocation.wait('Counting', history.prune(policy, counting))
    if (!isDry && planned.objects > 0) {
      if (!invocation.json) await invocation.print(planText(planned))
      await invocation.wait('Deleting', pruneAll(history, policy, { signal, onProgress }))
    }
    await tell(true, isDry && planned.more)
    return EXIT.ok
  },
}

/** One call may leave a rest. */
async function pruneAll(
  history: RunHistory,
  policy: RetentionPolicy,
  { onProgress, signal }: Required<Pick<PruneOptions, 'onProgress'>> & Pick<PruneOptions, 'signal'>,
): Promise<void> {
  const before = { runs: 0, objects: 0 }
  for (;;) {
    const report = await history.prune(policy, {
      signal,
      onProgress: ({ objects, runs }) => onProgress({ runs: before.runs + runs, objects: before.objects + objects }),
    })
    if (!report.more) return
    before.runs += report.runs
    before.objects += report.objects
  }
}

function planText(planned: PruneReport): string {
  return `That is ${planned.more ? 'at least ' : ''}${textOf(planned)}.`
}

function textOf({ objects, runs }: PruneProgress): string {
  return `${counted(runs, 'run')} in ${counted(objects, 'object')}`
}
