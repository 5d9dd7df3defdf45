import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { definesOf, type ModelCheck } from './model-check.ts'
import { readVerdict, type Verdict } from './read-verdict.ts'

const exec = promisify(execFile)
const MODELS = resolve(import.meta.dirname, '../../../docs/model')
const LONGEST_MS = 30 * 60_000

/** The required programs that are not installed. */
export async function missingTools(): Promise<string[]> {
  const missing: string[] = []
  for (const [tool, argument] of [
    ['spin', '-V'],
    ['cc', '--version'],
  ] as const) {
    await exec(tool, [argument]).catch(() => missing.push(tool))
  }
  return missing
}

/** The sources of these programs. */
export const HOW_TO_INSTALL =
  'On Debian or Ubuntu: apt-get install spin gcc. On macOS: brew install spin, and the Xcode command line tools. ' +
  'Elsewhere: https://spinroot.com'

/**
 * Searches all states of a model, in a folder of its own, removed afterwards.
 * @throws when the model can't be translated or compiled
 */
export async function search(check: ModelCheck): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-model-'))
  try {
    const inFolder = { cwd: folder, timeout: LONGEST_MS, maxBuffer: 16 * 1024 * 1024 }
    await exec('spin', ['-a', ...definesOf(check), join(MODELS, `${check.model}.pml`)], inFolder)
    // No partial order reduction: nearly all state is shared, so the reduction would save nothing.
    const flags = [...effortFor(check), '-w', '-DSAFETY', '-DNOREDUCE', '-DMEMLIM=4000']
    await exec('cc', [...flags, '-o', 'pan', 'pan.c'], inFolder)
    // The program ends with an exit code of its own when an assertion is violated.
    const { stdout, stderr } = await exec('./pan', ['-m2000000', '-w22'], inFolder).catch(printed)
    return readVerdict(`${stdout}\n${stderr}`)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * The compiler takes as long as a small search, and saves of the search what it takes. Compressed states are a third of
 * the size, and take twice the time.
 */
function effortFor({ broken, isLarge = false }: ModelCheck): string[] {
  if (isLarge) return ['-O2', '-DCOLLAPSE']
  // Breadth-first, a violation is found within a million states, and by its shortest run; depth-first, the search for some
  // takes five times as long.
  return broken === undefined ? ['-O1'] : ['-O0', '-DBFS']
}

function printed(error: unknown): { stdout: string; stderr: string } {
  if (error instanceof Error && 'stdout' in error && 'stderr' in error) {
    return { stdout: String(error.stdout), stderr: String(error.stderr) }
  }
  throw error
}
