import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { carnage, countTogether, dieHolding, EXPECTED_LATE_WAKE, wakeTooLate } from './processes/scenarios.ts'

let directory: string
let connection: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 's3sched-lock-'))
  connection = pathToFileURL(directory).href
})

afterEach(() => rm(directory, { recursive: true, force: true }))

describe('processes that share a folder', () => {
  it('lose no increment of an unprotected counter, sixteen at once', async () => {
    expect(await countTogether(connection, 16, 2)).toBe(32)
  })

  it('refuse the late write of a holder that was stopped and woke up', async () => {
    expect(await wakeTooLate(connection)).toEqual(EXPECTED_LATE_WAKE)
  })

  it('take over from a holder that was killed', async () => {
    expect(await dieHolding(connection)).toMatchObject({ fence: '2', put: 'written' })
  })

  it('lose no write that was accepted, though holders are stopped and killed and never ask', async () => {
    const { wrote, refused } = await carnage(connection, 3)
    expect(new Set(wrote).size).toBe(wrote.length)
    expect(wrote.length).toBeGreaterThan(2)
    expect(refused).toBeGreaterThan(0)
  })
})
