import { StoreError } from './store-error.ts'

/**
 * Explains the failed `import()` of an optional peer dependency. Such an import stands in a `try`, as
 * `return await import(…)`: esbuild, webpack and rollup leave an import in a `try` to the run time, and webpack refuses
 * any other import of a package that is not installed.
 * @returns {@link StoreError} `INVALID_CONNECTION` if the package is not installed, else the given error
 */
export function missingPeer(error: unknown, name: string, wantedFor: string): unknown {
  const { code } = error as { readonly code?: unknown }
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return error
  return new StoreError(`${wantedFor} needs the package ${name}, which is not installed`, {
    code: 'INVALID_CONNECTION',
    suggestion: `npm install ${name}`,
  })
}
