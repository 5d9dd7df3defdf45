import { beforeEach, expect, it } from 'vitest'
import { claim, createRecordsWorld, define, type OpenRecords } from '../../test/open-records.ts'

let one: OpenRecords

beforeEach(async () => {
  one = createRecordsWorld().open()
  await one.records.update('a', define())
  one.reset()
})

it('changes of one record in one write leave the record as the last of them, for every caller', async () => {
  const seen: (number | undefined)[] = []
  const look = (): void => void seen.push(one.records.peek('a')?.running.length)
  await Promise.all([one.records.update('a', claim('a1')).then(look), one.records.update('a', claim('a2')).then(look)])
  expect(seen).toEqual([2, 2])
  expect(one.requests).toMatchObject({ put: 1, get: 0 })
})

it('a change gets the record that the last change left, without parsing it again', async () => {
  await one.records.update('a', claim('a1'))
  const known = one.records.peek('a')
  await one.records.update('a', (record) => {
    expect(record).toBe(known)
    return { stop: undefined }
  })
  expect(known?.running).toHaveLength(1)
})

it('tells the jobs without a start on start, once all pages are read', async () => {
  expect(one.records.isWithoutStart('a')).toBe(false)
  await one.records.loadAll()
  expect(one.records.isWithoutStart('a')).toBe(true)
  expect(one.records.isWithoutStart('missing')).toBe(false)
  await one.records.update('a', (record) =>
    record === undefined ? { stop: 'gone' } : { write: { ...record, spec: { ...record.spec, runOnStart: true } } },
  )
  expect(one.records.isWithoutStart('a')).toBe(false)
})
