import { beforeEach, describe, expect, it } from 'vitest'
import { createRecordsWorld, define, type RecordsWorld } from '../../test/open-records.ts'
import type { JobRecord } from '../record/job-record.ts'

const pause = (record: JobRecord | undefined) =>
  record === undefined ? ({ stop: 'none' } as const) : { write: { ...record, paused: true } }

let world: RecordsWorld
beforeEach(async () => {
  world = createRecordsWorld()
  await world.open().records.update('a', define())
})

describe('a caller who waits for an answer', () => {
  it('is told after 15 s that the store is silent, and the change is made when it answers', async () => {
    const one = world.open()
    await one.records.loadAll()
    let answer = (): void => undefined
    one.trouble.wait = new Promise<void>((resolve) => (answer = resolve))
    const asked = one.records.ask('a', pause).catch((error: unknown) => error)
    await world.clock.advance(16_000)
    expect(await asked).toMatchObject({ code: 'STORE', retriable: true })
    answer()
    delete one.trouble.wait
    await world.clock.advance(1000)
    expect(one.records.peek('a')?.paused).toBe(true)
  })

  it('gets the answer of the change', async () => {
    const one = world.open()
    expect(await one.records.ask('a', pause)).toMatchObject({ outcome: 'written' })
    expect(await one.records.ask('a', () => ({ stop: 'no' }))).toMatchObject({ outcome: 'stopped', stop: 'no' })
  })
})
