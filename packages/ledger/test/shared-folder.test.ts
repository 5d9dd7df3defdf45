import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStore } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeTogether } from './shared-store.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 's3sched-ledger-'))
})

afterEach(() => rm(directory, { recursive: true, force: true }))

describe('ledgers that share a folder', () => {
  it('lose no change and double none, while they split the same pages', async () => {
    const size = { keys: 50, rounds: 2, writers: 3 }
    const { pages, ...counts } = await changeTogether(() => openStore(pathToFileURL(directory).href), size)
    expect(counts).toEqual({ written: 300, found: 300, wrong: [], entries: 300 })
    expect(pages).toBeGreaterThan(2)
  })
})
