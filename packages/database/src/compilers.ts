import type { compileSchema } from './document-schema.ts'
import type { compileFilter } from './filter.ts'

/** Compiles rules and filters to functions. */
export interface Compilers {
  readonly compileSchema: typeof compileSchema
  readonly compileFilter: typeof compileFilter
}

/**
 * Loads the compilers at the first connect instead of at the import of this package. Their packages take a third as
 * long to load as the rest of the scheduler, which exports this database, and many users of the scheduler never connect
 * a database.
 */
export async function loadCompilers(): Promise<Compilers> {
  const [{ compileSchema }, { compileFilter }] = await Promise.all([
    import('./document-schema.ts'),
    import('./filter.ts'),
  ])
  return { compileSchema, compileFilter }
}
