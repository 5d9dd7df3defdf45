import type { RunRecord } from '@s3sched/history'
import { announceRequests, countPages } from '../announce-requests.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { followRuns } from '../follow-runs.ts'
import { readPage, type HistoryPage } from '../history-page.ts'
import { parseCount } from '../input/count.ts'
import { FILTER_OPTIONS, readFilter, type FilterOptions } from '../input/run-filter.ts'
import type { Invocation } from '../invocation.ts'
import { refuseUnknownJob } from '../known-job.ts'
import { LeftOut } from '../left-out.ts'
import { tellNothingFound } from '../nothing-found.ts'
import { counted } from '../output/counted.ts'
import { plainJson, plainText } from '../output/plain-text.ts'
import { runColumns, whyOf } from '../output/run-columns.ts'
import { formatDuration } from '../output/times.ts'
import { printQuery } from '../print-query.ts'
import { tellTrouble } from '../tell-trouble.ts'

interface HistoryOptions extends FilterOptions {
  readonly limit?: string
  readonly follow?: boolean
  readonly sql?: string
}

/** The runs of one job or of all, newest first. */
export const historyCommand: Command<HistoryOptions> = {
  name: 'history',
  summary: 'the runs of one job or of all, newest first',
  subject: { label: 'NAME', required: false },
  usesStore: true,
  options: [
    ...FILTER_OPTIONS,
    { flags: '-n, --limit <count>', description: 'at most so many, up to 1000 (default: 50)' },
    { flags: '-f, --follow', description: 'go on, and show each run as it ends, until Ctrl-C' },
    { flags: '--sql <statement>', description: 'a query of the table runs, by @duckdb/node-api if installed' },
  ],
  async run(invocation, options) {
    const filter = readFilter(invocation, options)
    const limit = parseCount('--limit', options.limit, { fallback: options.follow === true ? 10 : 50, most: 1000 })
    const operator = invocation.operator()
    const { signal } = invocation.io
    const leftOut = new LeftOut(invocation)
    if (options.sql !== undefined) {
      if (options.follow === true || options.limit !== undefined)
        throw new UsageError('--sql says itself what to show, so --follow and --limit make no sense with it')
      await refuseUnknownJob(invocation)
      await printQuery(invocation, options.sql, filter)
      return EXIT.ok
    }
    if (options.follow === true) {
      if (filter.until !== undefined)
        throw new UsageError('--follow goes on for ever, so --until makes no sense with it')
      invocation.goesOnUntilSignal()
      await refuseUnknownJob(invocation)
      const onTrouble = (message: string): Promise<void> => tellTrouble(invocation, message)
      for await (const run of followRuns(operator.history, filter, {
        limit,
        clock: invocation.io.clock,
        signal,
        onTrouble,
        leftOut,
      })) {
        await invocation.print(invocation.json ? plainJson(run) : followLine(invocation, run))
      }
      return EXIT.ok
    }
    // Of all jobs, the newest runs are found among the newest of each page.
    if (invocation.subject === undefined) {
      const pages = await countPages(invocation)
      await announceRequests(invocation, { get: pages + limit, list: pages })
    }
    const page = readPage(operator.history, { ...filter, limit }, signal, leftOut.add)
    invocation.whenInterrupted(() => tellPart(invocation, page))
    await invocation.wait('Reading the runs', page.whole)
    const { hasMore, runs } = page.soFar()
    await leftOut.tell()
    if (runs.length === 0) {
      if (await tellNothingFound(invocation, { runs, hasMore })) return EXIT.finding
      await refuseUnknownJob(invocation)
    }
    if (invocation.json) {
      await invocation.printJson({ store: operator.description, runs, hasMore, ...leftOut.inJson })
      return EXIT.ok
    }
    await invocation.print(runs.length === 0 ? noRuns(invocation) : tableOf(invocation, runs))
    if (hasMore)
      await invocation.print(invocation.styles.dim(`There are more than ${limit}: see --limit, --since and --until.`))
    return EXIT.ok
  },
}

async function tellPart(invocation: Invocation, page: HistoryPage): Promise<void> {
  const { runs } = page.soFar()
  if (invocation.json) {
    const store = invocation.operator().description
    return invocation.printJson({ store, runs, hasMore: true, interrupted: true })
  }
  const count = runs.length === 0 ? 'no run was read yet' : `${counted(runs.length, 'run')} so far`
  const table = runs.length === 0 ? '' : tableOf(invocation, runs)
  return invocation.print(`${table}Interrupted: ${count}.`)
}

function tableOf(invocation: Invocation, runs: readonly RunRecord[]): string {
  return invocation.table(runs, runColumns(invocation, invocation.subject === undefined))
}

function noRuns({ subject }: Invocation): string {
  return subject === undefined ? 'No runs.' : plainText(`No runs of job '${subject}'.`)
}

function followLine(invocation: Invocation, run: RunRecord): string {
  const { styles } = invocation
  const took = run.startedAt === undefined ? '-' : formatDuration(run.durationMs)
  const status = styles.status(run.status.padEnd(9), run.status)
  const why = whyOf(run)
  const text = `${run.job}${why === '' ? '' : `: ${why}`}`
  return `${invocation.at(run.scheduledTime)}  ${status}  ${took.padStart(7)}  ${plainText(text)}`
}
