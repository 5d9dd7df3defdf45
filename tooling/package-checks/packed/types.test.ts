import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { takeShare } from '@s3sched-tooling/vitest/share-of'
import { publicPackages, root } from '../src/public-packages.ts'
import { runProgram, type Ended } from '../src/run-program.ts'
import { writeFiles } from '../src/write-files.ts'

const { folder } = inject('consumer')
const entryPoints = publicPackages().flatMap((each) => each.entryPoints)

interface Resolution {
  readonly module: string
  readonly moduleResolution: string
}

/** Either finds the same declarations, so the packages are checked apart from each other under one of these alone. */
const NODENEXT: Resolution = { module: 'NodeNext', moduleResolution: 'NodeNext' }
const BUNDLER: Resolution = { module: 'ESNext', moduleResolution: 'Bundler' }

const USES = `
  import { systemClock } from '@s3sched/kernel'
  import { createScheduler } from '@s3sched/plugin'
  import { createMemoryStore } from '@s3sched/store'
  export const time: number = systemClock.now()
  // @ts-expect-error -- a number
  export const noTime: string = systemClock.now()
  export const got = await createMemoryStore().get('key')
  if (got.outcome === 'found') got.body.byteLength.toFixed()
  // @ts-expect-error -- only what was found has a body
  else got.body.byteLength.toFixed()
  const jobs = { report: { schedule: null, action: () => ({ sent: 42 }) } }
  export const scheduler = createScheduler({ store: 'memory://types', jobs })
  export const sent: number = (await scheduler.runJob('report')).sent
  // @ts-expect-error -- no such job
  await scheduler.runJob('reprot')`

/** Checks a project in a folder of the consumer. */
async function check(name: string, files: Readonly<Record<string, string>>, resolution: Resolution): Promise<Ended> {
  const compilerOptions = {
    ...resolution,
    target: 'ES2022',
    lib: ['ES2023', 'ESNext.Disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  }
  const place = join(folder, `types-${name.replace('@s3sched/', '')}-${resolution.module.toLowerCase()}`)
  writeFiles(place, { ...files, 'tsconfig.json': { compilerOptions, files: Object.keys(files) } })
  return runProgram(join(root, 'node_modules', '.bin', 'tsc'), ['-p', '.'], { cwd: place })
}

const exportAll = (names: readonly string[]): string =>
  names.map((name, index) => `export * as entry${index} from '${name}'\n`).join('')

it.each([NODENEXT, BUNDLER])(
  'with the module resolution $moduleResolution all declarations are whole, and a wrong use is an error, so they are not any',
  async (resolution) => {
    const files = { 'everything.ts': exportAll(entryPoints), 'uses.ts': USES }
    const { code, output } = await check('everything', files, resolution)
    expect(code, output).toBe(0)
  },
)

/**
 * In a program with all packages, the global types of a dependency of one are there for each. The first has most of the
 * packages, without Nest and the test runner.
 */
const ALONE = publicPackages().toSorted((a, b) => Number(b.name === 's3sched') - Number(a.name === 's3sched'))

it.each(takeShare('users', ALONE))('the declarations of $name are whole without the others', async (used) => {
  const { code, output } = await check(used.name, { 'whole.ts': exportAll(used.entryPoints) }, NODENEXT)
  expect(code, output).toBe(0)
})

it('there is something to check', () => {
  expect(entryPoints.length).toBeGreaterThan(0)
})
