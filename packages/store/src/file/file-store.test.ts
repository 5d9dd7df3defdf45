import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeStoreConformance } from '../testing/index.ts'
import { createFileStore } from './file-store.ts'

describeStoreConformance('a file store', { describe, it, expect }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 's3sched-file-'))
  return { store: createFileStore(directory), close: () => rm(directory, { recursive: true }) }
})

it('refuses Windows in one line that says what to use there, before anything is written', async () => {
  const opening = (async () => createFileStore('.s3sched', { platform: 'win32' }))()
  await expect(opening).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringMatching(/^file:\/\/\.s3sched can't be a store: Windows [^\n]*$/) as string,
    suggestion: expect.stringMatching(/memory:.*MinIO.*WSL/) as string,
  })
})
