import { expect, it } from 'vitest'
import { claim, createRecordsWorld, define } from '../../test/open-records.ts'
import type { JobRecord } from '../record/job-record.ts'

it('a change sees the signs of the page about to be written, and not those of the known page', async () => {
  const world = createRecordsWorld()
  const [one, two] = [world.open(), world.open()]
  for (const name of ['a', 'b']) await one.records.update(name, define())
  await two.records.update('b', claim('theirs'))
  const known = one.records.signs.of('a', 'w2')
  const seen: string[] = []
  await one.records.update('a', (record, signOf) => {
    seen.push(signOf('w2'))
    return { write: record as JobRecord }
  })
  expect(seen).toEqual([known, two.records.signs.of('a', 'w2')])
  expect(seen[1]).not.toBe(known)
})
