import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** As `prepare.sh` installs it. */
const INSTALLED = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  's3sched/pandas/bin/python-with-pandas',
)

/**
 * A Python with pandas, pyarrow and s3fs; `undefined` where the tests with pandas are skipped. In CI, where a skip would
 * hide unchecked code, a missing one is an error.
 */
export function findPandas(): string | undefined {
  if (existsSync(INSTALLED)) return INSTALLED
  const how = '`bash tooling/history-as-data/prepare.sh` installs it'
  if ((process.env['CI'] ?? '') !== '') throw new Error(`there is no pandas on this machine: ${how}`)
  console.warn(`there is no pandas on this machine: ${how}. Its tests ARE SKIPPED`)
  return undefined
}

/** @returns what the code prints */
export async function runPython(
  python: string,
  code: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(python, ['-c', code], { env: { ...process.env, ...env } })
  return stdout
}
