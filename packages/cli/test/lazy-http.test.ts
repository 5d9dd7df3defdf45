import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'
import { expect, it } from 'vitest'

/** Late imports of the sources stay late in a bundle. */
const CLI = await bundledProgram(new URL('../src/index.ts', import.meta.url))

/** The import of `node:http` loads this module, all of `fetch`: 40 ms of CPU in each command. */
const FETCH = 'NativeModule internal/deps/undici/undici'

it('runs a command without loading what only the dashboard needs', async () => {
  const script = `
    const { processIo, runCli } = await import('${CLI.href}')
    const code = await runCli(['jobs', '--store', 'memory://lazy-http'], processIo())
    console.log(JSON.stringify({ code, isLoaded: process.moduleLoadList.includes('${FETCH}') }))
    await import('node:http')
    console.log(JSON.stringify({ isLoaded: process.moduleLoadList.includes('${FETCH}') }))
  `
  const args = ['--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const [first, second] = stdout.trim().split('\n').slice(-2)
  expect(JSON.parse(first ?? '')).toMatchObject({ isLoaded: false })
  expect(JSON.parse(second ?? '')).toEqual({ isLoaded: true })
})
