import { createHash } from 'node:crypto'
import { access, cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'

const PROJECTS = join(import.meta.dirname, '..', 'projects')

/** The tested versions of s3db.js, each with a project of its own; a plain run takes the newest. */
export const VERSIONS = ['21', '19'] as const

export type Version = (typeof VERSIONS)[number]

/** Less than the limit of a hook, so that npm's output is told. */
const INSTALL_TIMEOUT_MS = 9 * 60_000

/**
 * The folder of a project with this version of the real s3db.js installed. s3db.js is far bigger than everything else here together,
 * and no part of the product, so npm installs it from its own lock file, outside the repository, once.
 *
 * @throws when npm can't install s3db.js, with npm's output
 */
export async function installProject(version: Version): Promise<string> {
  const project = join(PROJECTS, version)
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 's3sched')
  const folder = join(cache, `s3db-compat-${await fingerprint(project)}`)
  if (await exists(folder)) return folder
  await mkdir(cache, { recursive: true })
  const building = await mkdtemp(`${folder}.`)
  try {
    await cp(project, building, { recursive: true })
    // The many optional peers are not needed, and no script of a dependency has to run.
    const flags = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund']
    const { code, output } = await runCommand('npm', ['ci', ...flags], { cwd: building, timeoutMs: INSTALL_TIMEOUT_MS })
    if (code !== 0) throw new Error(`npm could not install s3db.js:\n${output}`)
    // The folder appears whole or not at all; when another process was faster, its folder is as good.
    await rename(building, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(building, { recursive: true, force: true })
  }
  return folder
}

async function fingerprint(project: string): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['package.json', 'package-lock.json']) hash.update(await readFile(join(project, file)))
  return hash.digest('hex').slice(0, 16)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
