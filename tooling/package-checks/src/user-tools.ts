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

/** The least TypeScript of the packages first. */
export const compilers: readonly { readonly version: string; readonly tsc: string }[] = [
  ...['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '6.0'].map((version) => ({
    version,
    tsc: userTool(`typescript-${version}/bin/tsc`),
  })),
  { version: '7', tsc: userTool('typescript/bin/tsc') },
]
