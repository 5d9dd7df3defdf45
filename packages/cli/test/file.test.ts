import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeInATerminal } from './in-a-terminal.ts'

describe('on a folder', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 's3sched-cli-'))))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  describeInATerminal(() => Promise.resolve(`file://${folder}/store`))
})
