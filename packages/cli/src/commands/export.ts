import { announceRequests, countPages, countSegments } from '../announce-requests.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { FILTER_OPTIONS, readFilter, type FilterOptions } from '../input/run-filter.ts'
import { refuseUnknownJob } from '../known-job.ts'
import { refuseNothingFound } from '../nothing-found.ts'
import { counted } from '../output/counted.ts'
import { LeftOut } from '../left-out.ts'
import { exportParquet } from '../export-parquet.ts'
import { plainLines } from '../output/plain-text.ts'

interface ExportOptions extends FilterOptions {
  readonly format?: string
}

/** Size of one write of text, in UTF-16 units. */
const CHUNK = 65_536

/** All runs as text for other programs. */
export const exportCommand: Command<ExportOptions> = {
  name: 'export',
  summary: 'all runs as NDJSON, CSV or Parquet, newest first',
  details:
    'NDJSON has each record as it is in the bucket; CSV leaves out results and logs; Parquet has the columns of the archive.\n' +
    'A few runs are in memory at a time.',
  subject: { label: 'NAME', required: false },
  usesStore: true,
  options: [...FILTER_OPTIONS, { flags: '--format <format>', description: 'ndjson, csv or parquet (default: ndjson)' }],
  async run(invocation, options) {
    const { format = 'ndjson' } = options
    if (format !== 'ndjson' && format !== 'csv' && format !== 'parquet')
      throw new UsageError(`expected --format to be ndjson, csv or parquet, got '${format}'`)
    if (format !== 'ndjson' && invocation.json)
      throw new UsageError(`--json and --format ${format} contradict each other`)
    if (format === 'parquet' && invocation.io.stdout.isTerminal)
      throw new UsageError('Parquet is no text for a terminal', 'Write it into a file: s3sched export … > runs.parquet')
    const { signal, stderr, stdout } = invocation.io
    const filter = readFilter(invocation, options)
    await refuseUnknownJob(invocation)
    const pages = await countPages(invocation)
    const segments = await countSegments(invocation, { since: filter.since, until: filter.until })
    // Standard output without a line would look like a fleet without runs.
    if (pages + segments === 0) await refuseNothingFound(invocation)
    // Besides, 1 GET for each run with a large result, log or error: nobody knows how many these are.
    await announceRequests(invocation, { get: pages + segments, list: pages })
    const leftOut = new LeftOut(invocation)
    if (format === 'parquet') {
      await exportParquet(invocation, filter, leftOut.add)
      await leftOut.tell()
      return EXIT.ok
    }
    const lines = invocation.operator().history.exportRuns({ ...filter, format, onProblem: leftOut.add, signal })
    // A file gets the exact text; on a terminal no character of the text may move the cursor.
    const shown = stdout.isTerminal
      ? (text: string) => plainLines(text.replaceAll('\r\n', '\n'))
      : (text: string) => text
    let chunk = ''
    let read = format === 'csv' ? -1 : 0 // the first line of CSV is no run
    invocation.whenInterrupted(async () => {
      await handOver()
      // Standard output is for other programs, and has no place for a remark.
      await stderr.write(`s3sched: the output is a part, ${counted(Math.max(0, read), 'run')}\n`)
    })
    await invocation.wait('Reading the runs', print())
    await leftOut.tell()
    return EXIT.ok

    async function print(): Promise<void> {
      for await (const line of lines) {
        chunk += shown(line)
        read += 1
        if (chunk.length >= CHUNK) await handOver()
      }
      await handOver()
    }

    async function handOver(): Promise<void> {
      const text = chunk
      chunk = ''
      if (text !== '') await stdout.write(text)
    }
  },
}
