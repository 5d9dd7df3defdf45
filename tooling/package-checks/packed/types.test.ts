import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { publicPackages, root, type PublicPackage } from '../src/public-packages.ts'
import { runProgram, type Ended } from '../src/run-program.ts'

const { folder } = inject('consumer')
const entryPoints = publicPackages().flatMap((each) => each.entryPoints)

interface Resolution {
  readonly module: string
  readonly moduleResolution: string
}

/** Either finds the same declarations, so the packages are checked apart from each other under one of these alone. */
const resolutions = [
  { module: 'NodeNext', moduleResolution: 'NodeNext', apart: true },
  { module: 'ESNext', moduleResolution: 'Bundler', apart: false },
]

const tsc = (...args: string[]): Promise<Ended> =>
  runProgram(join(root, 'node_modules', '.bin', 'tsc'), args, { cwd: folder })

/** Writes a project of a single file. @returns the name of its configuration */
async function write(name: string, text: string, resolution: Resolution): Promise<string> {
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
  const project = `tsconfig.${name}.json`
  await writeFile(join(folder, `${name}.ts`), text)
  await writeFile(join(folder, project), JSON.stringify({ compilerOptions, files: [`${name}.ts`] }))
  return project
}

/** The project of a user of one package alone, or of all. */
function projectOf(used: Pick<PublicPackage, 'entryPoints' | 'name'>, resolution: Resolution): Promise<string> {
  const text = used.entryPoints.map((entryPoint, index) => `export * as entry${index} from '${entryPoint}'\n`).join('')
  return write(`whole-${used.name.replace('@s3sched/', '')}-${resolution.module.toLowerCase()}`, text, resolution)
}

describe.each(resolutions)('with the module resolution $moduleResolution', ({ apart, ...resolution }) => {
  let together: Ended

  // A build checks each of the projects by itself, and parses each file once. Only a failure is looked up by package.
  beforeAll(async () => {
    const users = apart ? publicPackages() : [{ name: 'everything', entryPoints }]
    const projects = await Promise.all(users.map((each) => projectOf(each, resolution)))
    together = await tsc('-b', ...projects)
  }, 120_000)

  it.each(publicPackages())('the declarations of $name are whole', async (own) => {
    if (together.code === 0) return
    const { code, output } = await tsc('-p', await projectOf(own, resolution))
    expect(code, output).toBe(0)
  })

  it('the declarations of all packages are whole', () => {
    expect(together.code, together.output).toBe(0)
  })

  it('a wrong use is an error, so the types are not any', async () => {
    const uses = `
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
    const { code, output } = await tsc('-p', await write('uses', uses, resolution))
    expect(code, output).toBe(0)
  })
})

it('there is something to check', () => {
  expect(entryPoints.length).toBeGreaterThan(0)
})
