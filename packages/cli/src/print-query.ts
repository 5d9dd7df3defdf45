import type { CommandFilter } from './input/run-filter.ts'
import type { Invocation } from './invocation.ts'
import { counted } from './output/counted.ts'
import { plainText } from './output/plain-text.ts'
import type { Column } from './output/table.ts'
import { queryRuns } from './query-runs.ts'

type Row = Readonly<Record<string, unknown>>

/** Prints the rows of a statement of SQL. */
export async function printQuery(invocation: Invocation, sql: string, filter: CommandFilter): Promise<void> {
  const operator = invocation.operator()
  const { signal, stderr } = invocation.io
  const tell = (message: string): void =>
    void stderr.write(`s3sched: ${plainText(invocation.harmless(message))}\n`).catch(() => undefined)
  const logger = { debug: tell, info: tell, warn: tell, error: tell }
  const query = queryRuns({ operator, logger, signal }, sql, filter)
  const { columns, rows } = await invocation.wait('Querying the runs', query)
  if (invocation.json) return invocation.printJson({ store: operator.description, columns, rows })
  if (rows.length === 0) return invocation.print('No rows.')
  await invocation.print(invocation.table(rows, columns.map(columnOf)))
  if (rows.length > 1) await invocation.print(invocation.styles.dim(`${counted(rows.length, 'row')}.`))
}

function columnOf(name: string): Column<Row> {
  return { title: name, text: (row) => textOf(row[name]), shrinks: true }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '-'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
