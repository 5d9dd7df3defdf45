import type * as Library from './parquet-library.ts'

let library: Promise<typeof Library> | undefined

/** The Parquet library, loaded by the first call. */
export function loadParquet(): Promise<typeof Library> {
  library ??= import('#parquet')
  return library
}
