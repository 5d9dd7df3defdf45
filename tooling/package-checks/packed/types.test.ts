import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { publicPackages, root } from '../src/public-packages.ts'
import { runProgram, type Ended } from '../src/run-program.ts'

const { folder } = inject('consumer')
const entryPoints = publicPackages().flatMap((each) => each.entryPoints)

const resolutions = [
  { module: 'NodeNext', moduleResolution: 'NodeNext' },
  { module: 'ESNext', moduleResolution: 'Bundler' },
]

async function check(name: string, text: string, resolution: (typeof resolutions)[number]): Promise<Ended> {
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
  const project = join(folder, `tsconfig.${name}.json`)
  await writeFile(join(folder, `${name}.ts`), text)
  await writeFile(project, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }))
  return runProgram(join(root, 'node_modules', '.bin', 'tsc'), ['-p', project], { cwd: folder })
}

describe.each(resolutions)('with the module resolution $moduleResolution', (resolution) => {
  it.each(publicPackages())('the declarations of $name are whole', async ({ name, entryPoints: own }) => {
    const text = own.map((entryPoint, index) => `export * as entry${index} from '${entryPoint}'\n`).join('')
    const { code, output } = await check(`whole-${name.replace('@s3sched/', '')}`, text, resolution)
    expect(code, output).toBe(0)
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
    const { code, output } = await check('uses', uses, resolution)
    expect(code, output).toBe(0)
  })
})

it('there is something to check', () => {
  expect(entryPoints.length).toBeGreaterThan(0)
})
