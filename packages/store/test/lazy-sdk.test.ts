import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/**
 * Runs `code` in a separate process and returns the third-party packages resolved by the process. `await first` in the
 * code waits for the first of them.
 */
async function resolvedBy(code: string): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module'
    const resolved = new Set()
    const { promise: first, resolve: found } = Promise.withResolvers()
    registerHooks({
      resolve(specifier, context, next) {
        if (/^(@(aws-sdk|smithy|azure)\\/|google-auth-library$)/.test(specifier)) {
          resolved.add(specifier)
          found()
        }
        return next(specifier, context)
      },
    })
    const { openStore, createMemoryStore } = await import('@s3sched/store')
    ${code}
    console.log(JSON.stringify([...resolved]))
    process.exit()
  `
  const args = ['--conditions=@s3sched/source', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  return JSON.parse(stdout) as string[]
}

it('loads no module of the AWS SDK for a memory store', async () => {
  const code = `const store = openStore('memory://trial'); await store.put('k', new Uint8Array()); await store.get('k')`
  expect(await resolvedBy(code)).toEqual([])
})

it('loads the AWS SDK by the first request, and not when a bucket is opened', async () => {
  expect(await resolvedBy(`openStore('s3://key:secret@bucket?endpoint=http://127.0.0.1:1')`)).toEqual([])
  const code = `
    const store = openStore('s3://key:secret@bucket?endpoint=http://127.0.0.1:1')
    store.get('k').catch(() => {})
    await first
  `
  expect(await resolvedBy(code)).toContain('@aws-sdk/client-s3')
})

it.each([
  ['az://:a2V5@account/container?endpoint=http://127.0.0.1:1', '@azure/storage-blob'],
  ['gs://bucket?endpoint=https://127.0.0.1:1', 'google-auth-library'],
])('loads the client of %s by the first request', async (connection, client) => {
  expect(await resolvedBy(`openStore('${connection}')`)).toEqual([])
  const code = `openStore('${connection}').get('k').catch(() => {}); await first`
  expect(await resolvedBy(code)).toContain(client)
})
