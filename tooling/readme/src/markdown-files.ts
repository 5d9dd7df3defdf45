import { existsSync, globSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The root folder of the repository. */
export const root: string = join(import.meta.dirname, '..', '..', '..')

/**
 * The documentation for users, relative to the root: the READMEs, the pages beside the root's, and everything in docs.
 */
export function markdownFiles(): string[] {
  return globSync(['*.md', '{packages,apps}/*/README.md', 'docs/**/*.md'], { cwd: root }).toSorted()
}

/** {@link markdownFiles}, and the texts of the changelogs. */
export function writtenMarkdown(): string[] {
  return [...markdownFiles(), ...globSync('.changeset/*.md', { cwd: root })].toSorted()
}

/** The places of the packages' READMEs, present or not. */
export function packageReadmes(): string[] {
  return readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
    .map((name) => join('packages', name, 'README.md'))
}
