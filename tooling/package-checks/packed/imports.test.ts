import { describe, expect, inject, it } from 'vitest'
import { publicPackages } from '../src/public-packages.ts'
import { runProgram } from '../src/run-program.ts'

const { folder: cwd } = inject('consumer')
const entryPoints = publicPackages().flatMap((each) => each.entryPoints)

/** The Node that runs the tests, and the one that `npm test` was started with, which may be as old as 20. */
const usersNode = process.env['S3SCHED_USERS_NODE'] ?? process.execPath
const nodes = [
  { title: `Node ${process.version}`, node: process.execPath },
  { title: `the user's Node ${process.env['S3SCHED_USERS_NODE_VERSION'] ?? process.version}`, node: usersNode },
]

describe.each(nodes)('under $title', ({ node }) => {
  it.each(entryPoints)('%s can be imported', async (entryPoint) => {
    const script = `console.log(Object.keys(await import('${entryPoint}')).length)`
    const { code, output } = await runProgram(node, ['--input-type=module', '-e', script], { cwd })
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
