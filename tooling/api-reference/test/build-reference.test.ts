import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildReference } from '../src/build-reference.ts'
import { entryPoints } from '../src/entry-points.ts'

const root = mkdtempSync(join(tmpdir(), 's3sched-reference-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const file = join(root, 'index.ts')
const tsconfig = join(root, 'tsconfig.json')
const out = join(root, 'pages')
// Without the declarations of the language, which take a second to read.
writeFileSync(
  tsconfig,
  JSON.stringify({ compilerOptions: { noLib: true, types: [] }, files: ['index.ts', 'other.ts'] }),
)
writeFileSync(join(root, 'package.json'), JSON.stringify({ name: '@s3sched/planted', version: '0.0.0' }))
writeFileSync(join(root, 'README.md'), '# Planted')

writeFileSync(join(root, 'other.ts'), '/** Two. */\nexport const two: 2 = 2\n')

function problemsOf(text: string): Promise<string[]> {
  writeFileSync(file, text)
  const name = '@s3sched/planted'
  const other = { name: `${name}/other`, package: name, file: join(root, 'other.ts') }
  return buildReference({ root, entryPoints: [{ name, package: name, file }, other], tsconfig, out })
}

describe('the reference', () => {
  it('has a page for each entry point, by its name', async () => {
    expect(await problemsOf('/** One. */\nexport const one: 1 = 1\n')).toEqual([])
    expect(readFileSync(join(out, 'modules', '_s3sched_planted.html'), 'utf8')).toContain('one')
    expect(readFileSync(join(out, 'modules', '_s3sched_planted_other.html'), 'utf8')).toContain('two')
  })

  it.each([
    ['a variable', 'export const one: 1 = 1', /one/],
    ['a function', 'export function one(): void {}', /one/],
    ['an interface', 'export interface A { readonly b: 1 }', /A/],
    ['a type', "export type A = 'b' | 'c'", /A/],
    ['a method of a class', '/** Of a. */\nexport class A { b(): void {} }', /A\.b/],
  ])('refuses %s without a description', async (_, text, problem) => {
    expect(await problemsOf(text)).toEqual([expect.stringMatching(problem)])
  })

  it('refuses a link that leads nowhere', async () => {
    expect(await problemsOf('/** See {@link three}. */\nexport const one: 1 = 1\n')).toEqual([
      expect.stringMatching(/three/),
    ])
  })
})

it('the published entry points are known, those of s3sched first', () => {
  const names = entryPoints(join(import.meta.dirname, '..', '..', '..')).map(({ name }) => name)
  expect(names[0]).toBe('s3sched')
  expect(names).toEqual(expect.arrayContaining(['@s3sched/lock', '@s3sched/store/testing', '@s3sched/targets/sqs']))
  expect(names).not.toContain('@s3sched/jobs/testing')
})
