import { StoreError } from './store-error.ts'

/**
 * What follows the failed `import()` of an optional peer dependency, as its `.catch(…)`: bundlers leave an import with
 * a handler of its own to the run time, and refuse any other import of a package that is not installed.
 * @throws {@link StoreError} `INVALID_CONNECTION` if the package is not installed, else the given error
 */
export function missingPeer(name: string, wantedFor: string): (error: unknown) => never {
  return (error) => {
    const { code } = error as { readonly code?: unknown }
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error
    throw new StoreError(`${wantedFor} needs the package ${name}, which is not installed`, {
      code: 'INVALID_CONNECTION',
      suggestion: `npm install ${name}`,
    })
  }
}
