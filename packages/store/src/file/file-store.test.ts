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
