import { describe, expect, inject, it } from 'vitest'
import { commonJsEntryPoints } from '../src/commonjs-entry-points.ts'
import { publicPackages } from '../src/public-packages.ts'
import { runProgram } from '../src/run-program.ts'
import { nodes } from '../src/runtimes.ts'

const { folder: cwd } = inject('consumer')
const entryPoints = publicPackages().flatMap((each) => each.entryPoints)

describe.each(nodes)('under $title', ({ program }) => {
  it.each(entryPoints)('%s can be imported', async (entryPoint) => {
    const script = `console.log(Object.keys(await import('${entryPoint}')).length)`
    const { code, output } = await runProgram(program, ['--input-type=module', '-e', script], { cwd })
    expect(code, output).toBe(0)
    expect(Number(output)).toBeGreaterThan(0)
  })
})

it('all can be required, and a process has one copy of each, however it is loaded', async () => {
  const script = `
    for (const entryPoint of ${JSON.stringify(entryPoints)}) {
      const required = require(entryPoint)
      import(entryPoint).then((imported) => console.log(entryPoint, Object.values(required)[0] === Object.values(imported)[0]))
    }`
  const { code, output } = await runProgram(process.execPath, ['--input-type=commonjs', '-e', script], { cwd })
  expect(code, output).toBe(0)
  expect(output.trim().split('\n').toSorted()).toEqual(entryPoints.map((each) => `${each} true`).toSorted())
})

it('each class has its exported name in a log too', async () => {
  const script = `
    for (const entryPoint of ${JSON.stringify(entryPoints)}) {
      for (const [name, each] of Object.entries(await import(entryPoint))) {
        if (typeof each === 'function' && /^class/.test(each) && each.name !== name) console.log(entryPoint, name, each.name)
      }
    }`
  const { code, output } = await runProgram(process.execPath, ['--input-type=module', '-e', script], { cwd })
  expect(code, output).toBe(0)
  expect(output).toBe('')
})

it('the libraries can be required where ES modules can not', async () => {
  const script = `
    for (const entryPoint of ${JSON.stringify(commonJsEntryPoints)}) {
      console.log(require.resolve(entryPoint).endsWith('.cjs') && Object.keys(require(entryPoint)).length > 0)
    }`
  const flags = ['--no-experimental-require-module', '--input-type=commonjs', '-e', script]
  for (const { program } of nodes) {
    const { code, output } = await runProgram(program, flags, { cwd })
    expect(code, output).toBe(0)
    expect(output.trim().split('\n')).toEqual(commonJsEntryPoints.map(() => 'true'))
  }
})

it.each(publicPackages())('$name hides what is not an entry point', async ({ name }) => {
  const script = `await import('${name}/dist/index.js')`
  const { code, output } = await runProgram(process.execPath, ['--input-type=module', '-e', script], { cwd })
  expect(code).not.toBe(0)
  expect(output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
})
