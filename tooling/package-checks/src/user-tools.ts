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

/** The oldest, the newest that is written in JavaScript, the newest, and those between: a share takes the first. */
export const compilers: readonly { readonly version: string; readonly tsc: string }[] = [
  '5.4',
  '6.0',
  '7',
  '5.5',
  '5.6',
  '5.7',
  '5.8',
  '5.9',
].map((version) => ({ version, tsc: userTool(`typescript${version === '7' ? '' : `-${version}`}/bin/tsc`) }))
