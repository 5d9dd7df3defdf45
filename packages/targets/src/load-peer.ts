import { TargetError } from './target-error.ts'

/**
 * Loads an optional peer dependency.
 * @throws {@link TargetError} `REFUSED` if the package is not installed
 */
export async function loadPeer<T>(name: string, target: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error
    throw new TargetError(`${target} needs the package ${name}, which is not installed`, {
      code: 'REFUSED',
      suggestion: `npm install ${name}`,
    })
  }
}
