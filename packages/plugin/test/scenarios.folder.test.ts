import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe } from 'vitest'
import { describeScenarios } from './scenarios/scenario-suite.ts'

describe('on a folder', () => {
  describeScenarios(async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3sched-scenario-'))
    return { connection: pathToFileURL(folder).href, remove: () => rm(folder, { recursive: true, force: true }) }
  })
})
