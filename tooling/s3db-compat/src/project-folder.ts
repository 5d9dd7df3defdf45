import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { installProject, type Version } from './install-project.ts'

const PACKAGES = join(import.meta.dirname, '..', '..', '..', 'packages')

/** Does `work` in a new folder of a project with the real s3db.js from npm, which finds our packages too. */
export async function inProject<T>(version: Version, name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const project = await installProject(version)
  await mkdir(join(project, 'runs'), { recursive: true })
  const folder = await mkdtemp(join(project, 'runs', `${name}-`))
  try {
    await linkPackages(folder)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Links: each package is found with its own dependencies, and is the package of the present tree. */
async function linkPackages(folder: string): Promise<void> {
  const scope = join(folder, 'node_modules', '@s3sched')
  await mkdir(scope, { recursive: true })
  for (const name of ['plugin', 'store']) await symlink(join(PACKAGES, name), join(scope, name), 'dir')
}
