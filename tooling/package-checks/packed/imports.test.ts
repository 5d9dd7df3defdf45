import { describe, expect, inject, it } from 'vitest'
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

it.each(entryPoints)('%s can be required', async (entryPoint) => {
  const script = `console.log(Object.keys(require('${entryPoint}')).length)`
  const { code, output } = await runProgram(process.execPath, ['--input-type=commonjs', '-e', script], { cwd })
  expect(code, output).toBe(0)
  expect(Number(output)).toBeGreaterThan(0)
})

it.each(publicPackages())('$name hides what is not an entry point', async ({ name }) => {
  const script = `await import('${name}/dist/index.js')`
  const { code, output } = await runProgram(process.execPath, ['--input-type=module', '-e', script], { cwd })
  expect(code).not.toBe(0)
  expect(output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
})
