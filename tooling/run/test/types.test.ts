import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROGRAMS, WITH_OWN_OPTIONS } from '../checks.mjs'
import { foldersWithScript, root } from '../workspace.mjs'

interface Config {
  readonly compilerOptions?: Readonly<Record<string, unknown>>
  readonly include?: readonly string[]
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

/** Checked elsewhere: tsup's own declarations have an error, and the users' file is compiled beside s3db.js. */
const APART = ['tooling/tsup/', 'tooling/s3db-compat/types/']

/** The TypeScript files of a pattern of `include`: a folder, or files. */
const filesOf = (pattern: string): string[] =>
  globSync(pattern.endsWith('.ts') ? pattern : `${pattern}/**/*.{ts,mts,cts}`, { cwd: root })

it('each file of TypeScript is in a checked program', () => {
  const shared = [packages, tooling].flatMap((program) => program?.include ?? [])
  const own = WITH_OWN_OPTIONS.flatMap((folder) =>
    (configOf(join(folder, 'tsconfig.json')).include ?? []).map((pattern) => join(folder, pattern)),
  )
  const checked = new Set([...shared, ...own].flatMap(filesOf))
  const all = globSync('{packages,tooling,apps}/*/{*.ts,!(node_modules|dist|.*)/**/*.{ts,mts,cts}}', { cwd: root })
  expect(all).toContain(join('tooling', 'readme', 'blocks', 'readme.test.ts'))
  expect(all.filter((file) => !checked.has(file) && !APART.some((folder) => file.startsWith(folder)))).toEqual([])
})
