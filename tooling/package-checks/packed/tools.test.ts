import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { FIRST_STORY, TOLD } from '../src/first-story.ts'
import { runProgram } from '../src/run-program.ts'
import { nodes } from '../src/runtimes.ts'
import { userTool } from '../src/user-tools.ts'
import { writeFiles } from '../src/write-files.ts'

const { folder } = inject('consumer')

const TELL = `${FIRST_STORY}\nvoid tell()\n`
const TEST = `
import { tell } from './story'
test('tells', async () => {
  const lines: string[] = []
  await tell((line) => lines.push(line))
  expect(lines).toEqual(${JSON.stringify(TOLD)})
})`

/** A folder of its own in the consumer, whose `.js` and `.ts` files are CommonJS or ES modules. */
function project(name: string, type: 'commonjs' | 'module', files: Readonly<Record<string, unknown>>): string {
  const place = join(folder, name)
  writeFiles(place, { 'package.json': { type }, ...files })
  return place
}

/** Runs a program that must succeed. */
async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { code, output } = await runProgram(program, args, { cwd, env: { ...process.env, NODE_PATH: '' } })
  expect(code, output).toBe(0)
  return output
}

type Node = (typeof nodes)[number]

async function told(cwd: string, file: string, { program, args }: Node): Promise<string[]> {
  return (await run(cwd, program, ...args, file)).trim().split('\n')
}

it.each(nodes)('a file of ES modules runs on $title', async (node) => {
  expect(await told(project('plain', 'module', { 'story.js': TELL }), 'story.js', node)).toEqual(TOLD)
})

const TS_JEST = {
  testEnvironment: 'node',
  transform: {
    '\\.ts$': [
      userTool('ts-jest'),
      {
        compiler: userTool('typescript-5.9'),
        // Under Node16, ts-jest asks for translation file by file; `compilers.test.ts` checks the types.
        tsconfig: { module: 'Node16', target: 'ES2022', types: [], isolatedModules: true },
        diagnostics: false,
      },
    ],
  },
}
/** The same text as CommonJS. */
const STORY_IN_COMMONJS = FIRST_STORY.replace(/import (.*) from (.*)/g, 'const $1 = require($2)').replace(
  'export async function tell',
  'exports.tell = tell\nasync function tell',
)
const TEST_IN_COMMONJS = TEST.replace(/import (.*) from (.*)/, 'const $1 = require($2)').replace(': string[]', '')

describe.each(nodes)('tests under $title', ({ program }) => {
  it('Jest requires the packages, without a flag', async () => {
    const place = project('jest', 'commonjs', {
      'story.js': STORY_IN_COMMONJS,
      'story.test.js': TEST_IN_COMMONJS,
      'jest.config.js': 'module.exports = {}',
    })
    expect(await run(place, program, userTool('jest/bin/jest.js'))).toContain('1 passed')
  })

  it('ts-jest translates tests for Jest', async () => {
    const place = project('ts-jest', 'commonjs', {
      'story.ts': FIRST_STORY,
      'story.test.ts': TEST,
      'jest.config.json': TS_JEST,
    })
    expect(await run(place, program, userTool('jest/bin/jest.js'))).toContain('1 passed')
  })
})

it('vitest imports the packages', async () => {
  const place = project('vitest', 'module', {
    'story.ts': FIRST_STORY,
    'story.test.ts': TEST,
    'vitest.config.js': 'export default { test: { globals: true } }',
  })
  expect(await run(place, process.execPath, userTool('vitest/vitest.mjs'), 'run')).toContain('1 passed')
})

/** A bundle of ES modules gives the CommonJS among its packages a `require`, as esbuild's documentation says. */
const BANNER = `--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`

it.each([
  ['esm', 'module', TELL, [BANNER]],
  ['cjs', 'commonjs', TELL, []],
  ['cjs', 'commonjs', `${STORY_IN_COMMONJS}\nvoid tell()\n`, []],
] as const)('a bundle of esbuild, format %s in %s, needs no installed package', async (format, type, story, flags) => {
  const place = project(`esbuild-${format}`, type, { 'story.js': story })
  const bundle = join(folder, '..', 'bundles', `${format}.${format === 'esm' ? 'mjs' : 'cjs'}`)
  await run(
    place,
    userTool('esbuild/bin/esbuild'),
    'story.js',
    '--bundle',
    '--platform=node',
    `--format=${format}`,
    `--outfile=${bundle}`,
    '--log-level=warning',
    ...flags,
  )
  for (const node of nodes) expect(await told(join(folder, '..'), bundle, node)).toEqual(TOLD)
})

it('tsup builds ES modules and CommonJS', async () => {
  const place = project('tsup', 'module', { 'story.ts': TELL })
  await run(
    place,
    process.execPath,
    userTool('tsup/dist/cli-default.js'),
    'story.ts',
    '--format',
    'esm,cjs',
    '--target',
    'node22',
    '--external',
    's3sched',
  )
  for (const node of nodes)
    for (const file of ['dist/story.js', 'dist/story.cjs']) expect(await told(place, file, node)).toEqual(TOLD)
})
