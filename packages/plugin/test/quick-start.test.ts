import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { quickStart, QUICK_START_REPORT } from './quick-start.ts'

describe('the Quick Start', () => {
  it('runs in memory', async () => {
    expect(await quickStart('memory://quick-start')).toEqual(QUICK_START_REPORT)
  })

  it('runs on a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3sched-quick-start-'))
    try {
      expect(await quickStart(pathToFileURL(folder).href)).toEqual(QUICK_START_REPORT)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
