import type { RunRecord } from '../run-record.ts'
import type { RunStatus } from '../run-status.ts'
import { bestRuns } from '../segments/best-runs.ts'
import { DAY_MS } from '../segments/segment-key.ts'
import { outcomeOf, type Outcome } from './archive-key.ts'
import { NumberColumn, SharedTextColumn, TextColumn, type RunColumn } from './run-column.ts'
import { COLUMN_NAMES, COLUMNS, rowOf, runOf, type CellValue, type ColumnName, type RunRow } from './run-columns.ts'

/** Most rows of a table: the order is computed on numbers of a time in a day and a row. */
export const MAX_ROWS = 150_000

const ROW_BITS = 2 ** 18

/** Texts that many runs share; one copy of each is kept. */
const SHARED = new Set<ColumnName>(['job', 'status', 'trigger', 'worker', 'error_name', 'reason'])

/** A job with fewer rows in a day is rare: not one of those that run every ten minutes or more often. */
const RARE_ROWS = 128

/** About a millisecond of sorting. */
const ROWS_PER_TURN = 8192

/**
 * The runs of a day in memory, column by column: some 150 bytes a run, of which 50 are objects that the collector must
 * look at. A run record takes a kilobyte. A column without values takes none.
 */
export class RunTable {
  #size = 0
  readonly #columns = new Map<ColumnName, RunColumn>()
  readonly #rowsOfJobs = new Map<string, number[]>()

  get size(): number {
    return this.#size
  }

  add(row: RunRow): void {
    const at = this.#size++
    for (const name of COLUMN_NAMES) {
      const value = row[name]
      if (value !== undefined && value !== null) this.#columnOf(name).set(at, value)
    }
    const job = String(this.cell('job', at))
    const rows = this.#rowsOfJobs.get(job)
    if (rows === undefined) this.#rowsOfJobs.set(job, [at])
    else rows.push(at)
  }

  cell(name: ColumnName, row: number): CellValue {
    return this.#columns.get(name)?.get(row) ?? null
  }

  run(row: number): RunRecord {
    return runOf((name) => this.cell(name, row)) as RunRecord
  }

  /**
   * The rows of each outcome by job and time, each run once: the most complete record. The jobs with few rows come after
   * the others: their rows lie beside the footer, and are read together with it.
   * @param turn - resolves in a later turn of the event loop
   */
  async order(turn: () => Promise<void>): Promise<Readonly<Record<Outcome, readonly number[]>>> {
    const ordered: Record<Outcome, number[]> = { success: [], other: [] }
    let sorted = 0
    const isRare = (job: string): boolean => (this.#rowsOfJobs.get(job)?.length ?? 0) < RARE_ROWS
    const jobs = [...this.#rowsOfJobs.keys()].toSorted()
    for (const job of [...jobs.filter((each) => !isRare(each)), ...jobs.filter(isRare)]) {
      for (const row of this.#best(this.#byTime(this.#rowsOfJobs.get(job) ?? [])))
        ordered[outcomeOf(this.cell('status', row) as RunStatus)].push(row)
      sorted += this.#rowsOfJobs.get(job)?.length ?? 0
      if (sorted < ROWS_PER_TURN) continue
      sorted = 0
      await turn()
    }
    return ordered
  }

  /** Numbers are sorted without a comparing function, which would block the event loop for a busy job. */
  #byTime(rows: readonly number[]): number[] {
    const keys = Float64Array.from(rows, (row) => (Number(this.cell('scheduled_at', row)) % DAY_MS) * ROW_BITS + row)
    return Array.from(keys.toSorted(), (key) => key % ROW_BITS)
  }

  /** All copies of a run have the same time, so they are neighbours. */
  #best(rows: readonly number[]): number[] {
    const best: number[] = []
    for (let from = 0; from < rows.length;) {
      const time = this.cell('scheduled_at', rows[from] ?? 0)
      let to = from + 1
      while (to < rows.length && this.cell('scheduled_at', rows[to] ?? 0) === time) to += 1
      const same = rows.slice(from, to)
      from = to
      const ids = new Set(same.map((row) => this.cell('run_id', row)))
      best.push(...(ids.size === same.length ? same : this.#bestCopies(same)))
    }
    return best
  }

  /** The best record may be a new one, which also tells that the run was declared lost. */
  #bestCopies(rows: readonly number[]): number[] {
    const rowOfRun = new Map(rows.map((row) => [this.run(row), row]))
    return bestRuns([...rowOfRun.keys()]).map((run) => {
      const known = rowOfRun.get(run)
      if (known === undefined) this.add(rowOf(run))
      return known ?? this.size - 1
    })
  }

  #columnOf(name: ColumnName): RunColumn {
    let column = this.#columns.get(name)
    if (column === undefined) {
      column = columnOf(name)
      this.#columns.set(name, column)
    }
    return column
  }
}

function columnOf(name: ColumnName): RunColumn {
  if (COLUMNS[name] !== 'text') return new NumberColumn()
  return SHARED.has(name) ? new SharedTextColumn() : new TextColumn()
}
