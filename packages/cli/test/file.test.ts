import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeInATerminal } from './in-a-terminal.ts'

// Each command is a process of its own, which takes its time on a machine that is busy with other tests.

describe('on a folder', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 's3sched-cli-'))))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  describeInATerminal(() => Promise.resolve(`file://${folder}/store`))
})
