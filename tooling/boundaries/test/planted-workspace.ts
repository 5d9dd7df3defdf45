import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * A workspace in a temporary folder: each package has an entry point and can reach all other packages by their names.
 */
export async function plantWorkspace(
  packages: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'boundaries-'))
  const scope = join(root, 'node_modules', '@s3sched')
  await mkdir(scope, { recursive: true })
  for (const name of packages) {
    await write(root, `packages/${name}/package.json`, manifestOf(name))
    await write(root, `packages/${name}/src/index.ts`, `export const ${name} = '${name}'\n`)
    await symlink(join(root, 'packages', name), join(scope, name))
  }
  for (const [path, text] of Object.entries(files)) await write(root, path, text)
  return root
}

function manifestOf(name: string): string {
  const exports = { '.': { '@s3sched/source': './src/index.ts', default: './dist/index.js' } }
  return JSON.stringify({ name: `@s3sched/${name}`, type: 'module', exports })
}

async function write(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}
