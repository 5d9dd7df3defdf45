import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiReport } from './api/api-report.ts'

const folder = join(import.meta.dirname, '..')
const packages = join(folder, '..')
/** The packages whose parts users get by this package. */
const ROOMS = ['jobs', 'engine', 'operator', 'alerts', 'serverless', 'plugin']
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, unknown>>
}
const entries = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.slice(2))

describe('what users can name has not changed: if it is to, update the report with `vitest -u` and say so in a changeset', () => {
  let declarations: string
  beforeAll(() => {
    declarations = mkdtempSync(join(tmpdir(), 's3sched-api-'))
    const tsc = join(packages, '..', 'node_modules', '.bin', 'tsc')
    const project = join(declarations, 'tsconfig.json')
    const program = {
      extends: join(folder, 'tsconfig.build.json'),
      compilerOptions: { rootDir: packages, outDir: declarations },
      include: ROOMS.map((room) => join(packages, room, 'src')),
      exclude: [join(packages, '*', 'src', '**', '*.test.ts')],
    }
    writeFileSync(project, JSON.stringify(program))
    execFileSync(tsc, ['-p', project], { stdio: 'inherit' })
  })
  afterAll(() => rmSync(declarations, { recursive: true, force: true }))

  it.each(entries)('@s3sched/plugin/%s', async (entry) => {
    const name = entry === '' ? 'index' : entry
    const report = apiReport(join(declarations, 'plugin', 'src', entry, 'index.d.ts'), declarations)
    await expect(report).toMatchFileSnapshot(join(folder, 'test', 'api', `${name}.api.txt`))
  })
})

it('the report shows a change, without comments, and what another package gives', () => {
  const place = mkdtempSync(join(tmpdir(), 's3sched-api-'))
  const write = (name: string, text: string): void => writeFileSync(join(place, name), text)
  write('index.d.ts', "export { b, type A } from './x.ts';\nexport { D } from 'elsewhere';\n")
  write(
    'x.d.ts',
    '/** Of a. */\nexport interface A {\n    /** One. */\n    one: number;\n}\nexport declare function b(): A;\nexport declare function c(): A;\n',
  )
  expect(apiReport(join(place, 'index.d.ts'))).toBe(
    "export interface A {\n    one: number;\n}\n\nD is that of 'elsewhere'\n\nexport declare function b(): A;\n",
  )
  write(
    'x.d.ts',
    'export type A = \n/** First. */\n{\n    one: 1;\n}\n | {\n    two: 2;\n};\nexport declare const b: A;\n',
  )
  expect(apiReport(join(place, 'index.d.ts'))).toContain('{\n    one: 1;\n}\n | {\n    two: 2;\n};\n')
  write('x.d.ts', 'export interface A {\n}\n')
  expect(() => apiReport(join(place, 'index.d.ts'))).toThrow("no declaration of 'b'")
  rmSync(place, { recursive: true })
})
