import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** The import of `node:http` loads this module, all of `fetch`: 40 ms of CPU. */
const FETCH = 'NativeModule internal/deps/undici/undici'

it('loads node:http by the first request', async () => {
  const script = `
    const { http } = await import('@s3sched/targets')
    http('http://127.0.0.1:1/')
    console.log(process.moduleLoadList.includes('${FETCH}'))
    await import('node:http')
    console.log(process.moduleLoadList.includes('${FETCH}'))
  `
  const args = ['--conditions=@s3sched/source', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  expect(stdout.trim().split('\n')).toEqual(['false', 'true'])
})
