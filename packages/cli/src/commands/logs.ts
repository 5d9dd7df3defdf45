import type { RunRecord } from '@s3sched/history'
import type { RunningView } from '@s3sched/operator'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { findRun } from '../find-run.ts'
import { followJobLogs, untilEnded } from '../follow-logs.ts'
import { parseCount } from '../input/count.ts'
import type { Invocation } from '../invocation.ts'
import { LeftOut } from '../left-out.ts'
import { logOf, openRunText, runLogText } from '../output/run-log-text.ts'
import { plainText } from '../output/plain-text.ts'
import { subjectOf } from '../subject.ts'
import { JOB_OPTION } from './show.ts'

interface LogsOptions {
  readonly limit?: string
  readonly follow?: boolean
  readonly job?: string
}

/** The logs of runs. */
export const logsCommand: Command<LogsOptions> = {
  name: 'logs',
  summary: 'the logs of the last runs of a job, or of one run',
  details:
    'The log of a run is in the bucket once the run has ended; before, its failed attempts are shown. With -f the lines of\n' +
    'open runs come as they are logged, for a job until Ctrl-C, and for a run until its end; this needs the right to write.',
  subject: { label: 'JOB|RUN', required: true },
  usesStore: true,
  options: [
    { flags: '-n, --limit <count>', description: 'so many runs of a job at most, up to 1000 (default: 10)' },
    { flags: '-f, --follow', description: 'go on, and show what is logged' },
    JOB_OPTION,
  ],
  async run(invocation, { follow = false, job, limit: wanted }) {
    const limit = parseCount('--limit', wanted, { fallback: 10, most: 1000 })
    const word = subjectOf(invocation)
    const operator = invocation.operator()
    const { signal } = invocation.io
    const { jobs } = await invocation.wait('Reading the jobs', operator.jobs(signal))
    const named = job === undefined ? jobs.find(({ name }) => name === word) : undefined
    if (named !== undefined) {
      if (follow) {
        invocation.goesOnUntilSignal()
        return followJobLogs(invocation, word, limit)
      }
      const leftOut = new LeftOut(invocation)
      const page = await invocation.wait('Reading the runs', operator.history.list({ job: word, limit, signal }))
      page.problems?.forEach(leftOut.add)
      await leftOut.tell()
      return printLogs(invocation, page.runs.toReversed(), named.running)
    }
    const found = await findRun(invocation, word, job)
    if (found.state === 'ended' || follow) return printLogs(invocation, [await untilEnded(invocation, found)], [])
    return printLogs(invocation, [], found.state === 'running' ? [found.run] : [])
  },
}

async function printLogs(
  invocation: Invocation,
  ended: readonly RunRecord[],
  open: readonly RunningView[],
): Promise<ExitCode> {
  if (invocation.json) {
    const running = open.map(({ runId, scheduledTime }) => ({ runId, scheduledTime }))
    await invocation.printJson({ store: invocation.operator().description, runs: ended.map(logOf), running })
  } else {
    const lines = [
      ...ended.map((run) => runLogText(invocation, run)),
      ...open.map((run) => openRunText(invocation, run)),
    ]
    await invocation.print(
      lines.length === 0 ? plainText(`Nothing of '${subjectOf(invocation)}' has run.`) : lines.join('\n'),
    )
  }
  return EXIT.ok
}
