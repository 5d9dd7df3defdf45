import type { RunRecord } from '../run-record.ts'
import { loadParquet } from './parquet.ts'
import { rowOf, type RunRow } from './run-columns.ts'
import { RunTable } from './run-table.ts'
import { beginFile, CHARACTERS_PER_GROUP, columnsOf, ROWS_PER_GROUP } from './write-run-file.ts'

/**
 * Runs as one Parquet file with the columns of the archive, in the order of the runs. The file comes in parts, one for
 * each group of rows: only the places of the groups, some 500 bytes each, stay in memory.
 */
export async function* parquetOf(runs: AsyncIterable<RunRecord>): AsyncGenerator<Uint8Array> {
  const file = beginFile(await loadParquet())
  let table = new RunTable()
  let characters = 0
  const write = (): Uint8Array => {
    const rows = Array.from({ length: table.size }, (_, row) => row)
    file.write(columnsOf(table, rows))
    table = new RunTable()
    characters = 0
    return file.take()
  }
  for await (const run of runs) {
    const row = rowOf(run)
    table.add(row)
    characters += charactersOf(row)
    if (table.size >= ROWS_PER_GROUP || characters >= CHARACTERS_PER_GROUP) yield write()
  }
  if (table.size > 0) yield write()
  yield file.end()
}

function charactersOf(row: RunRow): number {
  let sum = 0
  for (const value of Object.values(row)) if (typeof value === 'string') sum += value.length
  return sum
}
