import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../src/markdown-files.ts'

const page = (name: string): string => readFileSync(join(root, name), 'utf8')
/** The folders with a manifest: an old folder of a build may stay behind after a change of branches. */
const members = (folder: string): string[] =>
  readdirSync(join(root, folder)).filter((name) => existsSync(join(root, folder, name, 'package.json')))
/** The names in the first column of the tables of a page. */
const rows = (text: string): string[] => [...text.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name = '']) => name)

it('the map has a row for each package', () => {
  expect(members('packages').filter((name) => !rows(page('ARCHITECTURE.md')).includes(name))).toEqual([])
})

it('the page for contributors has a row for each tool', () => {
  expect(members('tooling').filter((name) => !rows(page('CONTRIBUTING.md')).includes(name))).toEqual([])
})

it('a package that a user may install by itself is named at the root', () => {
  const ofScheduler = ['engine', 'jobs', 'kernel', 'plugin', 's3sched']
  const named = page('README.md')
  const missing = members('packages').filter((name) => !named.includes(`packages/${name}/README.md`))
  expect(missing.filter((name) => !ofScheduler.includes(name))).toEqual([])
})
