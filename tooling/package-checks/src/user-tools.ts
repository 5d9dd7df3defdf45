import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './public-packages.ts'

const OTHERS = join(root, 'tooling', 'user-tools', 'node_modules')

/** A file of a tool of the users: of tooling/user-tools, else of the repository's own tools. */
export function userTool(path: string): string {
  const folders = [OTHERS, join(root, 'node_modules'), join(root, 'tooling', 'tsup', 'node_modules')]
  const found = folders.map((folder) => join(folder, path)).find((file) => existsSync(file))
  if (found === undefined) throw new Error(`${path} is in none of ${folders.join(', ')}`)
  return found
}

/** The tsc of a version of TypeScript; 7 is that of the repository. */
export function compiler(version: string): string {
  return userTool(`typescript${version === '7' ? '' : `-${version}`}/bin/tsc`)
}
