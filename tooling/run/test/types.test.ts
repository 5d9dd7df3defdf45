import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROGRAMS, WITH_OWN_OPTIONS } from '../checks.mjs'
import { foldersWithScript, root } from '../workspace.mjs'

interface Config {
  readonly compilerOptions?: Readonly<Record<string, unknown>>
  readonly exclude?: readonly string[]
}

function configOf(path: string): Config {
  const text = readFileSync(join(root, path), 'utf8')
  return JSON.parse(text.replaceAll(/^ *\/\/.*$/gm, '')) as Config
}

const [packages, tooling] = PROGRAMS.map((path) => configOf(path))

it.each(foldersWithScript('types'))('the types of %s are checked with its own options', (folder) => {
  const { compilerOptions = {} } = configOf(join(folder, 'tsconfig.json'))
  const program = folder.startsWith('packages/') ? packages : tooling
  const { typeRoots: _, ...common } = program?.compilerOptions ?? {}
  const isInProgram = program?.exclude?.includes(folder) !== true
  expect(WITH_OWN_OPTIONS.includes(folder)).toBe(!isInProgram)
  expect(isInProgram ? compilerOptions : common).toEqual(common)
})
