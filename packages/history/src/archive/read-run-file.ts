/**
 * The inside of a file: the groups as its footer tells them, and the rows of a group. The bytes come from the caller.
 * Everything here throws an error with the problem in words, for bytes of any origin.
 */
import { gunzipSync } from 'node:zlib'
import { describe } from '@s3sched/kernel'
import { loadParquet } from './parquet.ts'
import { COLUMN_NAMES, COLUMNS, NEEDED_COLUMNS, SCHEMA_VERSION, type ColumnName, type RunRow } from './run-columns.ts'
import { SCHEMA_KEY } from './write-run-file.ts'

type Parquet = Awaited<ReturnType<typeof loadParquet>>
type Metadata = ReturnType<Parquet['parquetMetadata']>

/** Neighbouring rows of a file. */
export interface RowGroup {
  readonly rowStart: number
  readonly rowEnd: number
  /** The place of the bytes in the file. */
  readonly start: number
  readonly end: number
  /** The first and the last job by name; `undefined` without statistics. */
  readonly jobs: readonly [string, string] | undefined
  /** The first and the last tick, epoch ms; `undefined` without statistics. */
  readonly times: readonly [number, number] | undefined
}

export interface RunFileIndex {
  readonly groups: readonly RowGroup[]
  /** Columns of a later schema. */
  readonly unknownColumns: readonly string[]
  /** Kept for {@link readGroup}. */
  readonly metadata: unknown
}

export interface GroupRows {
  readonly size: number
  readonly row: (at: number) => RunRow
  readonly cell: (name: ColumnName, at: number) => string | number | null
  /** The tick of each row, epoch ms; `NaN` for an empty cell. */
  readonly times: Float64Array
}

const MAGIC_BYTES = 8
/** Bound of an unpacked page. A group of ours has some 2 MB in all its columns. */
const MAX_PAGE_BYTES = 67_108_864

const PARSERS = { timestampFromMilliseconds: Number }

/** The length of the footer, with its frame, from the last bytes of the file. */
export function footerBytes(tail: Uint8Array): number {
  if (tail.byteLength < MAGIC_BYTES || String.fromCharCode(...tail.subarray(-4)) !== 'PAR1')
    throw new Error('it does not end as a Parquet file does; it was cut off, or is something else')
  return new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(tail.byteLength - 8, true) + MAGIC_BYTES
}

/** @param tail - the end of the file, with the whole footer */
export async function readIndex(tail: Uint8Array, size: number): Promise<RunFileIndex> {
  const { parquetMetadata } = await loadParquet()
  const metadata = parquetMetadata(tail, { parsers: PARSERS, geoparquet: false })
  const version = metadata.key_value_metadata?.find(({ key }) => key === SCHEMA_KEY)?.value
  if (version === undefined) throw new Error('it is no file of s3sched (its metadata has no version of the schema)')
  if (!(Number(version) >= 1 && Number(version) <= SCHEMA_VERSION))
    throw new Error(`the version ${describe(version)} of its schema is not ${SCHEMA_VERSION}; upgrade s3sched`)
  const unknownColumns = checkColumns(metadata)
  let row = 0
  const groups = metadata.row_groups.map((group) => {
    const rowStart = row
    row += Number(group.num_rows)
    const read = groupOf(group, rowStart, row)
    if (!(read.start >= 0 && read.end > read.start && read.end <= size && read.rowEnd > rowStart))
      throw new Error('its footer names bytes that it does not have')
    return read
  })
  return { groups, unknownColumns, metadata }
}

function checkColumns({ schema }: Metadata): string[] {
  const present = new Set<string>()
  const unknown: string[] = []
  for (const { converted_type: converted, name, num_children: children, type } of schema.slice(1)) {
    const kind = Object.hasOwn(COLUMNS, name) ? COLUMNS[name as ColumnName] : undefined
    present.add(name)
    if (kind === undefined) unknown.push(name)
    else if (
      children !== undefined ||
      type !== (kind === 'text' ? 'BYTE_ARRAY' : 'INT64') ||
      (kind === 'time') !== (converted === 'TIMESTAMP_MILLIS')
    )
      throw new Error(`its column ${name} is not a ${kind} (type ${describe(type)}, ${describe(converted)})`)
  }
  const missing = NEEDED_COLUMNS.filter((name) => !present.has(name))
  if (missing.length > 0) throw new Error(`it has no column ${missing.join(', ')}`)
  return unknown
}

function groupOf(group: Metadata['row_groups'][number], rowStart: number, rowEnd: number): RowGroup {
  let start = Infinity
  let end = 0
  const bounds = new Map<string, readonly [unknown, unknown]>()
  for (const { meta_data: column } of group.columns) {
    if (column === undefined) throw new Error('its footer lacks the place of a column')
    const at = Number(column.dictionary_page_offset ?? column.data_page_offset)
    start = Math.min(start, at)
    end = Math.max(end, at + Number(column.total_compressed_size))
    const { max_value: max, min_value: min } = column.statistics ?? {}
    bounds.set(String(column.path_in_schema[0]), [min, max])
  }
  const [first, last] = bounds.get('job') ?? []
  const [oldest, newest] = bounds.get('scheduled_at') ?? []
  return {
    rowStart,
    rowEnd,
    start,
    end,
    jobs: typeof first === 'string' && typeof last === 'string' ? [first, last] : undefined,
    times: typeof oldest === 'number' && typeof newest === 'number' ? [oldest, newest] : undefined,
  }
}

/**
 * @param bytes - a part of the file that holds the group
 * @param offset - the place of the part in the file
 */
export async function readGroup(
  { metadata }: RunFileIndex,
  { rowEnd, rowStart }: RowGroup,
  bytes: Uint8Array,
  offset: number,
): Promise<GroupRows> {
  const { parquetRead } = await loadParquet()
  const size = rowEnd - rowStart
  const columns = new Map<string, Cell[]>()
  await parquetRead({
    file: { byteLength: offset + bytes.byteLength, slice: (from, to) => copyOf(bytes, from - offset, to) },
    metadata: metadata as Metadata,
    columns: presentColumns(metadata as Metadata),
    rowStart,
    rowEnd,
    parsers: PARSERS,
    geoparquet: false,
    compressors: { GZIP: (packed, length) => unpack(packed, length) },
    onChunk({ columnData, columnName, rowStart: from }) {
      // Most columns of most groups are empty.
      const cells = isEmpty(columnData) ? [] : Array.from(columnData, cellOf)
      if (cells.length === 0) return
      const column = columns.get(columnName)
      if (column === undefined && cells.length === size) {
        columns.set(columnName, cells)
        return
      }
      const whole = column ?? Array.from({ length: size }, () => null)
      columns.set(columnName, whole)
      for (const [at, value] of cells.entries()) whole[from - rowStart + at] = value
    },
  })
  const cell: GroupRows['cell'] = (name, at) => columns.get(name)?.[at] ?? null
  const times = Float64Array.from({ length: size }, (_, at) => Number(cell('scheduled_at', at) ?? NaN))
  return { size, cell, times, row: (at) => Object.fromEntries(COLUMN_NAMES.map((name) => [name, cell(name, at)])) }

  function copyOf(part: Uint8Array, from: number, to = offset + part.byteLength): ArrayBuffer {
    if (from < 0 || to > offset + part.byteLength) throw new Error('a column lies outside of its group')
    // Not `slice`: of a Buffer it is a view of a larger buffer.
    return new Uint8Array(part.subarray(from, to - offset)).buffer
  }
}

type Cell = string | number | null

/** `cells` of numbers are a typed array, and have no empty cell. */
function isEmpty(cells: ArrayLike<unknown>): boolean {
  for (let at = 0; at < cells.length; at += 1) if (cells[at] !== undefined && cells[at] !== null) return false
  return true
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' || typeof value === 'number' ? value : null
}

function presentColumns({ schema }: Metadata): ColumnName[] {
  const present = new Set(schema.map(({ name }) => name))
  return COLUMN_NAMES.filter((name) => present.has(name))
}

function unpack(packed: Uint8Array, length: number): Uint8Array {
  return length === 0 ? new Uint8Array() : gunzipSync(packed, { maxOutputLength: Math.min(length, MAX_PAGE_BYTES) })
}
