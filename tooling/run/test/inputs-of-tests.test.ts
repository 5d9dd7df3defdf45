import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob, relative } from 'node:path'
import { expect, it } from 'vitest'
import { foldersWithScript, root } from '../workspace.mjs'

/** Folders whose files belong to the hash of every package. */
const COMMON = ['tooling/vitest/']

/** The existing files outside of a package that its unit tests name by a relative path. */
function readElsewhere(folder: string): string[] {
  const files = globSync('{src/**/*.test.ts,test/**/*.ts}', { cwd: join(root, folder) })
  const named = files
    .filter((file) => !/\.(integration|browser)\.test\.ts$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(root, folder, file), 'utf8')
      return [...text.matchAll(/'(\.\.\/[^'\s]+\.\w+)'/g)].map(([, path = '']) => join(folder, dirname(file), path))
    })
  return [...new Set(named)].filter(
    (path) => relative(folder, path).startsWith('..') && !isCommon(path) && existsSync(join(root, path)),
  )
}

const isCommon = (path: string): boolean => COMMON.some((folder) => path.startsWith(folder))

/** A source of another package counts by the dependency on it. */
const isSource = (path: string): boolean => /^\w+\/[\w-]+\/src\//.test(path)

function inputsOf(folder: string): string[] {
  const path = join(root, folder, 'turbo.json')
  if (!existsSync(path)) return []
  const { tasks } = JSON.parse(readFileSync(path, 'utf8')) as { tasks: Record<string, { inputs?: string[] }> }
  return (tasks['test']?.inputs ?? []).map((input) => input.replace('$TURBO_ROOT$/', ''))
}

it('names each file of another package that unit tests read: a change of the file runs them again', () => {
  const read = foldersWithScript('test').flatMap((folder) =>
    readElsewhere(folder).map((path) => ({ folder, path, inputs: inputsOf(folder) })),
  )
  expect(read.map(({ path }) => path)).toContain('docs/guides/history-as-data.md')
  const unnamed = read.filter(
    ({ inputs, path }) => !isSource(path) && !inputs.some((input) => matchesGlob(path, input)),
  )
  expect(unnamed).toEqual([])
})
