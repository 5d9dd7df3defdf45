import { expect, inject, it } from 'vitest'
import { modulesLoadedBy } from '../src/loaded-modules.ts'
import { publicPackages } from '../src/public-packages.ts'

const { folder: cwd } = inject('consumer')

/** Runs `script` in the consumer and returns the loaded modules of the AWS SDK. */
async function sdkModulesLoadedBy(script: string): Promise<string[]> {
  const loaded = await modulesLoadedBy(script, cwd)
  expect(loaded.some((url) => url.includes('/@s3sched/'))).toBe(true)
  return loaded.filter((url) => /\/@(aws-sdk|smithy)\//.test(url))
}

it('no package loads the AWS SDK when it is imported', async () => {
  const imports = publicPackages().flatMap((each) => each.entryPoints.map((entry) => `await import('${entry}')`))
  expect(await sdkModulesLoadedBy(imports.join('\n'))).toEqual([])
})

it('a memory store works without the AWS SDK', async () => {
  const script = `
    const { openStore } = await import('@s3sched/store')
    const store = await openStore('memory://lazy')
    await store.put('key', new Uint8Array([1]))
    if ((await store.get('key')).outcome !== 'found') throw new Error('not found')
    await store.close()`
  expect(await sdkModulesLoadedBy(script)).toEqual([])
})

it('an S3 store loads it, so that these tests would see it', async () => {
  const script = `
    const { openStore } = await import('@s3sched/store')
    const store = await openStore('s3://key:secret@bucket?region=us-east-1&endpoint=http://127.0.0.1:1&forcePathStyle=true')
    await store.get('key', { timeoutMs: 500 }).catch(() => undefined)
    await store.close()`
  expect(await sdkModulesLoadedBy(script)).not.toEqual([])
})
