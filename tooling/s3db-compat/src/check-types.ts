import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Version } from './install-project.ts'
import { inProject } from './project-folder.ts'
import { runCommand } from './run-command.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

const COMPILER_TIMEOUT_MS = 9 * 60_000

/** The options of a strict application; the last three are needed to read our packages from their sources. */
const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'es2024',
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [join(ROOT, 'tooling', 's3db-compat', 'node_modules', '@types')],
  customConditions: ['@s3sched/source'],
  allowImportingTsExtensions: true,
  erasableSyntaxOnly: true,
}

/** The complaints of the compiler about a file of `types/` beside the real s3db.js; empty where it compiles. */
export function checkTypes(version: Version, file: string): Promise<string> {
  return inProject(version, 'types', async (folder) => {
    await copyFile(join(import.meta.dirname, '..', 'types', file), join(folder, file))
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
    const compiler = join(ROOT, 'node_modules', '.bin', 'tsc')
    const { output } = await runCommand(compiler, ['-p', '.'], { cwd: folder, timeoutMs: COMPILER_TIMEOUT_MS })
    return output
  })
}
