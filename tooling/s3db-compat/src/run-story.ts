import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Version } from './install-project.ts'
import { inProject } from './project-folder.ts'
import { runCommand } from './run-command.ts'

const STORIES = join(import.meta.dirname, '..', 'stories')

/** For what hangs; less than the limit of a test, so that the output is told. */
const STORY_TIMEOUT_MS = 9 * 60_000

/**
 * Runs one of the stories in a process of its own, in a project with the real s3db.js from npm and our packages from
 * their sources, and returns the story's result: the last printed line, as JSON.
 *
 * @throws when the story fails or does not end, with all of its output
 */
export function runStory(version: Version, name: string, connectionString: string): Promise<unknown> {
  return inProject(version, name, async (folder) => {
    for (const file of await readdir(STORIES)) await copyFile(join(STORIES, file), join(folder, file))
    const args = ['--conditions=@s3sched/source', `${name}.mjs`, connectionString]
    const { code, stdout, output } = await runCommand(process.execPath, args, {
      cwd: folder,
      timeoutMs: STORY_TIMEOUT_MS,
    })
    if (code !== 0) throw new Error(`story '${name}' ended with ${code ?? 'its time over'}:\n${output}`)
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  })
}
