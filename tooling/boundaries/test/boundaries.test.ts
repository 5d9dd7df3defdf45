import { rm } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { importTable } from '../src/import-table.ts'
import { readBoundaries } from '../src/read-boundaries.ts'
import { plantWorkspace } from './planted-workspace.ts'

const table = { kernel: [], store: ['kernel'], lock: ['kernel', 'store'] }
const roots: string[] = []

async function problemsWith(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = await plantWorkspace(['kernel', 'store', 'lock'], files)
  roots.push(root)
  const { modules, problems } = await readBoundaries(root, table)
  expect(modules['kernel']).toBeGreaterThan(0)
  return problems
}

afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true })
})

it('is content with what the table allows', async () => {
  const files = {
    'packages/store/src/store.ts': "import { kernel } from '@s3sched/kernel'\nexport const a = kernel\n",
    'packages/lock/src/lock.ts': "import type { store } from '@s3sched/store'\nexport type A = typeof store\n",
    'packages/lock/test/shared.test.ts': "import '../../store/test/simulation/world.ts'\n",
    'packages/store/test/simulation/world.ts': 'export {}\n',
    'packages/lock/test/lock.test.ts': "import '../../../tooling/minio/src/index.ts'\n",
    'tooling/minio/src/index.ts': "import '@s3sched/lock'\n",
  }
  expect(await problemsWith(files)).toEqual([])
})

it('leaves out folders that other checks write and delete meanwhile', async () => {
  const text = "import '@s3sched/store'\n"
  const folders = ['.app-commonjs', '.blocks', '.reports', 'dist']
  expect(
    await problemsWith(Object.fromEntries(folders.map((each) => [`packages/kernel/${each}/main.js`, text]))),
  ).toEqual([])
})

it.each([
  ['an import by name', "import { store } from '@s3sched/store'\nexport const a = store\n"],
  ['an import of a type', "import type { store } from '@s3sched/store'\nexport type A = typeof store\n"],
  ['a re-export', "export { store } from '@s3sched/store'\n"],
  ['a dynamic import', "export const a = (): Promise<unknown> => import('@s3sched/store')\n"],
  ['an import inside a using declaration', "{\n  await using a = await import('@s3sched/store')\n}\nexport {}\n"],
  ['an import by a path', "import { store } from '../../store/src/index.ts'\nexport const a = store\n"],
])('refuses %s that the table does not allow', async (_, text) => {
  const problems = await problemsWith({ 'packages/kernel/src/planted.ts': text })
  expect(problems).toEqual([
    'packages/kernel/src/planted.ts imports packages/store/src/index.ts: ' +
      'imports-of-kernel (kernel may import none of our packages)',
  ])
})

it.each([
  ['imports-of-tests-of-kernel', 'packages/kernel/src/planted.test.ts', "import '@s3sched/store'\n"],
  ['no-package-imports-apps-or-tooling', 'packages/lock/src/planted.ts', "import '../../../tooling/x/src/index.ts'\n"],
  ['no-package-imports-apps', 'packages/lock/test/planted.test.ts', "import '../../../apps/x/src/index.ts'\n"],
  ['only-entry-points', 'packages/lock/src/planted.ts', "import '../../store/src/inner.ts'\n"],
  ['tests-share-tests', 'packages/lock/src/planted.test.ts', "import '../../store/src/inner.ts'\n"],
  ['no-testing-in-production', 'packages/store/src/planted.ts', "import './testing/index.ts'\n"],
  ['aws-sdk-only-in-store', 'packages/lock/src/planted.ts', "import '@aws-sdk/client-s3'\n"],
  ['no-circular', 'packages/store/src/planted.ts', "import './back.ts'\n"],
  [
    'no-circular',
    'packages/store/src/planted.ts',
    "import type { Back } from './typed-back.ts'\nexport type A = Back\n",
  ],
  ['resolvable', 'packages/store/src/planted.ts', "import '@s3sched/nowhere'\n"],
])('refuses what %s forbids', async (rule, path, text) => {
  const problems = await problemsWith({
    'tooling/x/src/index.ts': 'export {}\n',
    'apps/x/src/index.ts': 'export {}\n',
    'packages/store/src/inner.ts': 'export {}\n',
    'packages/store/src/testing/index.ts': 'export {}\n',
    'packages/store/src/back.ts': "import './planted.ts'\n",
    'packages/store/src/typed-back.ts': "import type { A } from './planted.ts'\nexport type Back = A[]\n",
    'node_modules/@aws-sdk/client-s3/package.json': '{ "name": "@aws-sdk/client-s3", "main": "index.js" }',
    'node_modules/@aws-sdk/client-s3/index.js': 'exports.client = 1\n',
    'packages/store/src/planted.ts': 'export {}\n',
    [path]: text,
  })
  expect(problems.filter((problem) => problem.includes(path)).join('\n')).toContain(`: ${rule} (`)
})

it('refuses a package that has no row in the table', async () => {
  const problems = await problemsWith({ 'packages/stray/src/index.ts': 'export {}\n' })
  expect(problems).toEqual(['packages/stray has no row in the import table'])
})

it('refuses to be content when a package was not read at all', async () => {
  const root = await plantWorkspace(['kernel', 'store'], {})
  roots.push(root)
  const { problems } = await readBoundaries(root, table)
  expect(problems).toEqual(['no module of packages/lock was read'])
})

it.each([
  ['alerts', 'engine'],
  ['alerts', 'plugin'],
  ['serverless', 'plugin'],
  ['serverless', 'store'],
  ['engine', 'alerts'],
  ['engine', 'plugin'],
  ['operator', 'alerts'],
])('refuses %s that imports %s', async (from, to) => {
  const path = `packages/${from}/src/index.ts`
  const root = await plantWorkspace(Object.keys(importTable), { [path]: `import '@s3sched/${to}'\n` })
  roots.push(root)
  const { problems } = await readBoundaries(root)
  expect(problems).toEqual([
    expect.stringContaining(`${path} imports packages/${to}/src/index.ts: imports-of-${from} (`),
  ])
})

describe('the layers of a package', () => {
  const layersOf = { store: [['low/'], ['middle.ts', 'between.ts'], ['index.ts']] }

  async function problemsInStore(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const inside = Object.entries(files).map(([path, text]) => [`packages/store/src/${path}`, text])
    const root = await plantWorkspace(Object.keys(table), Object.fromEntries(inside))
    roots.push(root)
    return (await readBoundaries(root, table, layersOf)).problems
  }

  it('are content with imports of lower layers, of the same, and in tests of any', async () => {
    const files = {
      'low/one.ts': "import './other.ts'\n",
      'low/other.ts': 'export {}\n',
      'low/one.test.ts': "import '../middle.ts'\n",
      'middle.ts': "import './low/one.ts'\nimport './between.ts'\n",
      'between.ts': 'export {}\n',
      'index.ts': "import './low/one.ts'\nimport './middle.ts'\n",
    }
    expect(await problemsInStore(files)).toEqual([])
  })

  it.each([
    ['a value', "import '../middle.ts'\n"],
    ['a type', "import type { A } from '../middle.ts'\nexport type B = A\n"],
  ])('refuse an import of %s of a higher layer', async (_, text) => {
    const files = { 'low/planted.ts': text, 'middle.ts': 'export type A = string\n' }
    expect(await problemsInStore(files)).toEqual([
      'packages/store/src/low/planted.ts imports packages/store/src/middle.ts: ' +
        'layer-1-of-store (low/ may import nothing of a higher layer)',
    ])
  })

  it('refuse a file that stands in none', async () => {
    expect(await problemsInStore({ 'stray/planted.ts': 'export {}\n' })).toEqual([
      'packages/store/src/stray/planted.ts stands in no layer of store',
    ])
  })
})
