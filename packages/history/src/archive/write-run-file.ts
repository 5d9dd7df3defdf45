/**
 * Rows of a table as Parquet files. A file has groups of at most 2,048 rows, so the runs of one job in one day lie in
 * neighbouring groups, and one ranged read brings them. The statistics of a group tell its jobs and times.
 *
 * GZIP, since every reader of Parquet knows it, and Node.js brings it along; the ids of runs leave little to any codec.
 */
import { gzipSync } from 'node:zlib'
import type { RunStatus } from '../run-status.ts'
import { loadParquet } from './parquet.ts'
import { COLUMN_NAMES, COLUMNS, NEEDED_COLUMNS, SCHEMA_VERSION, type ColumnName } from './run-columns.ts'
import type { RunTable } from './run-table.ts'

/** A group of so many rows takes some 10 ms to read, and some 15 ms to write, in three turns. */
export const ROWS_PER_GROUP = 2048

/** Large results make smaller groups. */
export const CHARACTERS_PER_GROUP = 1_048_576

/**
 * A further group keeps a file below the largest object, 8 MiB. A batch has at most 7 MiB of inputs, so that its files
 * are nearly always smaller.
 */
const FILE_BYTES = 6_291_456

/** Columns that queries often restrict. Statistics of all columns would double the footer. */
const WITH_STATISTICS = new Set<ColumnName>(['job', 'status', 'scheduled_at', 'duration_ms'])

export const SCHEMA_KEY = 's3sched.schema'

export interface RunFile {
  readonly body: Uint8Array
  /** Number of runs. */
  readonly count: number
  /** The rows of each job, as their places in the table. */
  readonly rowsOfJobs: ReadonlyMap<string, readonly number[]>
  readonly statuses: ReadonlySet<RunStatus>
  readonly newest: number
  readonly oldest: number
}

type Parquet = Awaited<ReturnType<typeof loadParquet>>

/**
 * @param rows - as `RunTable.order` gives the rows
 * @param turn - resolves in a later turn of the event loop
 */
export async function* writeRunFiles(
  table: RunTable,
  rows: readonly number[],
  turn: () => Promise<void>,
): AsyncGenerator<RunFile> {
  const parquet = await loadParquet()
  for (let from = 0; from < rows.length;) {
    const file = beginFile(parquet)
    const content: Content = { count: 0, rowsOfJobs: new Map(), statuses: new Set(), newest: 0, oldest: Infinity }
    while (from < rows.length && file.bytes() < FILE_BYTES) {
      const to = endOfGroup(table, rows, from)
      const group = rows.slice(from, to)
      note(content, table, group)
      from = to
      await turn()
      const columns = columnsOf(table, group)
      await turn()
      file.write(columns)
      await turn()
    }
    yield { body: file.end(), ...content }
  }
}

/** The rare jobs after the others begin a group of their own: a group's first and last job bound all its jobs. */
function endOfGroup(table: RunTable, rows: readonly number[], from: number): number {
  let characters = 0
  let to = from
  let before = ''
  while (to < rows.length && to - from < ROWS_PER_GROUP && characters < CHARACTERS_PER_GROUP) {
    const row = rows[to] ?? 0
    const job = String(table.cell('job', row))
    if (job < before) return to
    before = job
    for (const name of COLUMN_NAMES) {
      const value = table.cell(name, row)
      if (typeof value === 'string') characters += value.length
    }
    to += 1
  }
  return to
}

interface Content {
  count: number
  readonly rowsOfJobs: Map<string, number[]>
  readonly statuses: Set<RunStatus>
  newest: number
  oldest: number
}

function note(content: Content, table: RunTable, rows: readonly number[]): void {
  content.count += rows.length
  for (const row of rows) {
    const job = String(table.cell('job', row))
    const known = content.rowsOfJobs.get(job)
    if (known === undefined) content.rowsOfJobs.set(job, [row])
    else known.push(row)
    content.statuses.add(table.cell('status', row) as RunStatus)
    const time = Number(table.cell('scheduled_at', row))
    content.newest = Math.max(content.newest, time)
    content.oldest = Math.min(content.oldest, time)
  }
}

/** A file of the columns of the archive that is being written. */
export interface OpenFile {
  readonly bytes: () => number
  /** Writes a group of rows. */
  readonly write: (columns: Columns) => void
  /** Takes out the bytes that were written since the last call. */
  readonly take: () => Uint8Array
  /** Ends the file, and takes out the rest. */
  readonly end: () => Uint8Array
}

export function beginFile({ ByteWriter, ParquetWriter }: Parquet): OpenFile {
  const writer = new ByteWriter()
  const file = new ParquetWriter({
    writer,
    schema: SCHEMA,
    codec: 'GZIP',
    compressors: { GZIP: (bytes) => gzipSync(bytes) },
    // Shortened bounds of long names would not tell the jobs apart.
    statisticsTruncateLength: Infinity,
    kvMetadata: [{ key: SCHEMA_KEY, value: String(SCHEMA_VERSION) }],
    createdBy: 's3sched',
  })
  const take = (): Uint8Array => {
    const taken = writer.getBytes().slice()
    writer.index = 0
    return taken
  }
  return {
    bytes: () => writer.offset,
    write(columns) {
      void file.write({ columnData: [...columns], rowGroupSize: columns[0]?.data.length ?? 0 })
    },
    take,
    end() {
      void file.finish()
      return take()
    },
  }
}

interface Column {
  readonly name: ColumnName
  readonly data: (string | bigint | null)[]
  readonly statistics: boolean
  readonly encoding?: 'DELTA_BINARY_PACKED'
}

/** The cells of a group of rows, as the library takes them. */
export type Columns = readonly Column[]

export function columnsOf(table: RunTable, rows: readonly number[]): Columns {
  return COLUMN_NAMES.map((name) => ({
    name,
    data: rows.map((row) => cellOf(table, name, row)),
    statistics: WITH_STATISTICS.has(name),
    ...(COLUMNS[name] === 'text' ? {} : { encoding: 'DELTA_BINARY_PACKED' as const }),
  }))
}

function cellOf(table: RunTable, name: ColumnName, row: number): string | bigint | null {
  const value = table.cell(name, row)
  return typeof value === 'number' ? BigInt(value) : value
}

/** UTC, in milliseconds. */
const TIMESTAMP = {
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
} as const

type Schema = ConstructorParameters<Parquet['ParquetWriter']>[0]['schema']

const SCHEMA: Schema = [
  { name: 'run', num_children: COLUMN_NAMES.length },
  ...COLUMN_NAMES.map((name): Schema[number] => {
    const repetition = { repetition_type: NEEDED_COLUMNS.includes(name) ? 'REQUIRED' : 'OPTIONAL' } as const
    if (COLUMNS[name] === 'text') return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', ...repetition }
    if (COLUMNS[name] === 'time') return { name, type: 'INT64', ...TIMESTAMP, ...repetition }
    return { name, type: 'INT64', ...repetition }
  }),
]
