import { StoreError } from '@s3sched/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { claim, createRecordsWorld, define, type OpenRecords, type RecordsWorld } from '../../test/open-records.ts'
import { spec } from '../../test/minutely-spec.ts'
import { hashSpec } from '../definition/job-spec.ts'
import type { LocalJob } from '../definition/local-job.ts'
import { pauseJob } from '../record/job-changes.ts'
import type { JobRecord } from '../record/job-record.ts'
import { changeFields, damageRecord } from '../testing/raw-records.ts'

let world: RecordsWorld
let one: OpenRecords
beforeEach(async () => {
  world = createRecordsWorld()
  one = world.open()
  await Promise.all(['a', 'b', 'c'].map((name) => one.records.update(name, define())))
  one.reset()
})

const pause = (record: JobRecord | undefined) =>
  record === undefined ? { stop: 'gone' as const } : { write: pauseJob(record) }

describe('an unreadable record', () => {
  beforeEach(() => damageRecord(world.shared, 'a', '{"spec":7}'))

  it('stops its job alone, and is left as it was found', async () => {
    const two = world.open()
    await expect(two.records.load('a')).rejects.toThrow("the record of job 'a' is unreadable")
    await expect(two.records.update('a', claim('a1'))).rejects.toThrow("the record of job 'a' is unreadable")
    expect(two.records.peek('a')).toBeUndefined()
    expect(await two.records.update('b', claim('b1'))).toMatchObject({ outcome: 'written' })
    expect(await two.records.load('c')).toMatchObject({ running: [] })
    await changeFields(world.shared, 'a', (fields) => {
      expect(fields).toEqual({ spec: 7 })
      return fields
    })
  })

  it('is no longer known as it was before the damage', async () => {
    one.records.invalidate('a')
    await expect(one.records.load('a')).rejects.toThrow('unreadable')
    expect(one.records.peek('a')).toBeUndefined()
  })

  it('is read again at each look, and is a record again once it is mended', async () => {
    const two = world.open()
    await expect(two.records.load('a')).rejects.toThrow('unreadable')
    await changeFields(world.shared, 'a', () => one.records.peek('a'))
    expect(await two.records.load('a')).toMatchObject({ running: [] })
  })

  it('stops its job alone also where the text is no JSON', async () => {
    await damageRecord(world.shared, 'b', '{"spec":')
    const two = world.open()
    await expect(two.records.load('b')).rejects.toThrow("the record of job 'b' is unreadable")
    expect(await two.records.update('c', claim('c1'))).toMatchObject({ outcome: 'written' })
  })
})

describe('the pages of doubted records', () => {
  it('are read once for all that ask at the same time', async () => {
    for (const name of ['a', 'b', 'c']) one.records.invalidate(name)
    await Promise.all(['a', 'b', 'c', 'none'].map((name) => one.records.load(name)))
    expect(one.requests).toMatchObject({ get: 1, notModified: 1, put: 0 })
    await one.records.load('a')
    expect(one.requests.get).toBe(1)
  })

  it('are read again for a doubt that came during the read', async () => {
    one.records.invalidate('a')
    const first = one.records.load('a')
    one.records.invalidate('a')
    await first
    expect(one.records.isStale('a')).toBe(true)
    await one.records.load('a')
    expect(one.requests.get).toBe(2)
  })

  it('stay doubted after a failed read, and a landed write ends the doubt', async () => {
    one.records.invalidate('a')
    one.trouble.fail = () => {
      throw new StoreError('no answer', { code: 'NETWORK', retriable: true })
    }
    await expect(one.records.load('a')).rejects.toThrow('no answer')
    expect(one.records.isStale('a')).toBe(true)
    delete one.trouble.fail
    await one.records.update('b', claim('b1'))
    expect(one.records.isStale('a')).toBe(false)
  })

  it('are read once for each look at any number of their jobs', async () => {
    await one.records.look(['a', 'b', 'c'])
    await one.records.look(['a', 'b', 'c'])
    expect(one.requests).toMatchObject({ get: 2, notModified: 2 })
  })
})

describe('changes of other processes', () => {
  it('are told once, job by job, and own changes are not', async () => {
    const two = world.open()
    await two.records.loadAll()
    two.records.takeChanged()
    await one.records.update('a', claim('a1'))
    await two.records.update('b', claim('b1'))
    await two.records.loadAll()
    expect(two.records.takeChanged()).toEqual(['a'])
    expect(two.records.takeChanged()).toEqual([])
  })

  it('that make other ticks count are told at once', async () => {
    const two = world.open()
    await two.records.loadAll()
    await one.records.update('a', claim('a1'))
    await one.records.update('b', pause)
    await two.records.look(['a', 'b'])
    expect(two.said).toEqual(['other ticks of b'])
  })

  it('are claims without other ticks, also of jobs that this process defines and has not looked at since', async () => {
    const two = world.open({ localJob: (name) => ({ name, spec, hash: hashSpec(spec) }) as LocalJob })
    await two.records.loadAll()
    await one.records.update('a', claim('a1'))
    await one.records.update('b', pause)
    await two.records.look(['a', 'b'])
    expect(two.said).toEqual(['other ticks of b'])
  })

  it('show as signs of their process alone', async () => {
    const two = world.open()
    await two.records.loadAll()
    const signs = () => [two.records.signs.of('a', 'w1'), two.records.signs.of('a', 'another')]
    const before = signs()
    await one.records.signs.sign('b')
    await two.records.look(['a'])
    expect(signs()[0]).not.toBe(before[0])
    expect(signs()[1]).toBe(before[1])
  })

  it('are no signs of this process, whose own commits are', async () => {
    const two = world.open()
    await two.records.loadAll()
    await one.records.signs.sign('a')
    await two.records.look(['a'])
    expect(two.records.signs.sentAt('a')).toBeUndefined()
    await two.records.update('b', claim('b1'))
    expect(two.records.signs.sentAt('a')).toBeDefined()
  })
})

describe('the reading of all records', () => {
  it('lists once, and later asks only for the known page', async () => {
    const two = world.open()
    await two.records.loadAll()
    expect(two.requests).toMatchObject({ list: 1, get: 1 })
    expect([...two.records.names()].toSorted()).toEqual(['a', 'b', 'c'])
    two.reset()
    await two.records.loadAll()
    expect(two.requests).toMatchObject({ list: 0, get: 1, notModified: 1 })
  })

  it('finds the first jobs of a bucket that was empty before, and tells that they are new', async () => {
    const empty = createRecordsWorld()
    const two = empty.open()
    await two.records.loadAll()
    expect([...two.records.names()]).toEqual([])
    await empty.open().records.update('a', define())
    await two.records.loadAll()
    expect([...two.records.names()]).toEqual(['a'])
    expect(two.records.takeChanged()).toEqual(['a'])
  })

  it('of many jobs reads each page once, and lists the pages again later', async () => {
    const names = Array.from({ length: 3000 }, (_, i) => `job-${i}`)
    await Promise.all(names.map((name) => one.records.update(name, define())))
    const two = world.open()
    await two.records.loadAll()
    const pages = [...two.records.pages.knownPages()].length
    expect(pages).toBeGreaterThan(12)
    expect(two.requests.list).toBe(1)
    expect(two.requests.get).toBeLessThanOrEqual(pages + 10)
    two.reset()
    await one.records.update('job-7', claim('r1'))
    await two.records.loadAll()
    expect(two.requests).toMatchObject({ list: 1, get: 1 })
    expect(two.records.peek('job-7')).toMatchObject({ running: [{ runId: 'r1' }] })
  })

  it('knows the jobs that come after others, through all their changes', async () => {
    await one.records.update('next', define({ after: ['a'] }))
    expect([...one.records.traits.chained]).toEqual(['next'])
    const two = world.open()
    await two.records.loadAll()
    expect([...two.records.traits.chained]).toEqual(['next'])
    await one.records.update('next', (record) =>
      record === undefined ? { stop: 'gone' as const } : { write: { ...record, spec: { ...record.spec, after: [] } } },
    )
    await two.records.loadAll()
    expect([...two.records.traits.chained]).toEqual([])
  })
})
