import { StoreError } from './store-error.ts'

/**
 * Loads an optional peer dependency.
 * @throws {@link StoreError} `INVALID_CONNECTION` if the package is not installed
 */
export async function loadPeer<T>(name: string, wantedFor: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error
    throw new StoreError(`${wantedFor} needs the package ${name}, which is not installed`, {
      code: 'INVALID_CONNECTION',
      suggestion: `npm install ${name}`,
    })
  }
}
