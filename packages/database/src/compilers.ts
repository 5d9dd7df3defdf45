import type { compileSchema } from './document-schema.ts'
import type { compileFilter } from './filter.ts'

/** What makes functions of rules and filters. */
export interface Compilers {
  readonly compileSchema: typeof compileSchema
  readonly compileFilter: typeof compileFilter
}

/**
 * The packages behind them take a third as long to load as everything else of the scheduler that exports this database, and many of its users never connect one.
 * So they are loaded when the first one connects, and not when this package is imported.
 */
export async function loadCompilers(): Promise<Compilers> {
  const [{ compileSchema }, { compileFilter }] = await Promise.all([
    import('./document-schema.ts'),
    import('./filter.ts'),
  ])
  return { compileSchema, compileFilter }
}
