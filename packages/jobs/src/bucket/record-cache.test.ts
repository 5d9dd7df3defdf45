import { StoreError } from '@s3sched/store'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  claim,
  createRecordsWorld,
  define,
  end,
  NOON,
  type OpenRecords,
  type RecordsWorld,
} from '../../test/open-records.ts'
import { pauseJob, resumeJob } from '../record/job-changes.ts'
import type { JobRecord } from '../record/job-record.ts'

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

describe('changes of several jobs', () => {
  it('go into one write, and each gets an answer of its own', async () => {
    const answers = await Promise.all([
      one.records.update('a', claim('a1')),
      one.records.update('b', define()),
      one.records.update('b', claim('b1')),
      one.records.update('none', pause),
    ])
    expect(answers).toMatchObject([
      { outcome: 'written', record: { running: [{ runId: 'a1' }] } },
      { outcome: 'stopped', stop: 'there', record: { running: [] } },
      { outcome: 'written', record: { running: [{ runId: 'b1' }] } },
      { outcome: 'stopped', stop: 'gone', record: undefined },
    ])
    expect(one.requests).toMatchObject({ put: 1, get: 0, list: 0 })
  })

  it('are decided again on the newer page after a change of another process', async () => {
    const two = world.open()
    await two.records.update('a', claim('theirs'))
    const mine = await one.records.update('a', (record) =>
      (record?.running.length ?? 0) > 0 ? { stop: 'busy' as const } : { write: record as JobRecord },
    )
    expect(mine).toMatchObject({ outcome: 'stopped', stop: 'busy', record: { running: [{ runId: 'theirs' }] } })
  })

  it('that one of them can not make leave the others alone', async () => {
    const failing = one.records.update('a', () => {
      throw new RangeError('no')
    })
    const other = one.records.update('b', claim('b1'))
    await expect(failing).rejects.toThrow('no')
    expect(await other).toMatchObject({ outcome: 'written' })
  })
})

describe('a reason not to write', () => {
  it('is an answer on the present page alone', async () => {
    const two = world.open()
    await two.records.update('a', pause)
    // This process knows the job as not paused.
    const answer = one.records.update('a', (record) =>
      record?.paused === true ? { stop: 'paused' as const } : { stop: 'not paused' as const },
    )
    expect(await answer).toMatchObject({ stop: 'paused' })
    expect(one.requests).toMatchObject({ put: 0, get: 1 })
  })
})

describe('a change that makes ticks count from another instant', () => {
  it('waits for the clock watch, and other changes do not', async () => {
    let good = (): void => undefined
    const checked: string[] = []
    const requireGood = async (): Promise<void> => {
      checked.push('asked')
      await new Promise<void>((resolve) => (good = resolve))
    }
    const two = world.open({ clockWatch: { requireGood } })
    await two.records.load('a')
    await two.records.update('a', pause)
    expect(checked).toEqual([])
    let isWritten = false
    const resume = (record: JobRecord | undefined) =>
      record === undefined ? { stop: 'gone' as const } : { write: resumeJob(record, NOON, 'a') }
    const resumed = two.records.update('a', resume).finally(() => (isWritten = true))
    await world.clock.advance(1000)
    expect({ checked, isWritten }).toEqual({ checked: ['asked'], isWritten: false })
    expect(await two.records.update('b', claim('b1'))).toMatchObject({ outcome: 'written' })
    good()
    expect(await resumed).toMatchObject({ outcome: 'written', record: { paused: false, since: NOON } })
  })

  it('is not written with a bad clock', async () => {
    const requireGood = (): Promise<never> => Promise.reject(new Error('the clock is an hour ahead'))
    const two = world.open({ clockWatch: { requireGood } })
    await expect(two.records.update('new', define())).rejects.toThrow('an hour ahead')
    expect(await two.records.load('new')).toBeUndefined()
  })
})

describe('a patient change', () => {
  beforeEach(async () => {
    await one.records.update('a', claim('a1'))
    one.reset()
  })

  it('shows at once in this process, and is written when its time has come', async () => {
    const ending = one.records.update('a', end('a', 'a1', 1), undefined, 2000)
    expect(one.records.peek('a')).toMatchObject({ running: [], lastRun: { runId: 'a1' } })
    await world.clock.advance(1999)
    expect(one.requests.put).toBe(0)
    expect(await world.open().records.load('a')).toMatchObject({ running: [{ runId: 'a1' }] })
    await world.clock.advance(1)
    expect(await ending).toMatchObject({ outcome: 'written' })
    expect(one.requests.put).toBe(1)
    expect(one.records.peek('a')).toMatchObject({ running: [], fence: 1 })
  })

  it('goes along with the next urgent change of the page', async () => {
    const ending = one.records.update('a', end('a', 'a1', 1), undefined, 2000)
    await one.records.update('b', claim('b1'))
    expect(await ending).toMatchObject({ outcome: 'written' })
    expect(one.requests.put).toBe(1)
    expect(await world.open().records.load('a')).toMatchObject({ running: [] })
  })

  it('comes before a later change of the same job', async () => {
    void one.records.update('a', end('a', 'a1', 1), undefined, 2000)
    const claimed = await one.records.update('a', claim('a2', NOON + 60_000))
    expect(claimed).toMatchObject({ record: { running: [{ runId: 'a2', fence: 2 }], lastRun: { runId: 'a1' } } })
    expect(one.requests.put).toBe(1)
  })

  it('waits no longer once all changes are drained', async () => {
    const ending = one.records.update('a', end('a', 'a1', 1), undefined, 3_600_000)
    await one.records.drain()
    expect(await ending).toMatchObject({ outcome: 'written' })
  })

  it('can be withdrawn while it waits, and shows no more then', async () => {
    const ending = new AbortController()
    const withdrawn = one.records.update('a', end('a', 'a1', 1), ending.signal, 2000)
    ending.abort(new Error('given up'))
    await expect(withdrawn).rejects.toThrow('given up')
    expect(one.records.peek('a')).toMatchObject({ running: [{ runId: 'a1' }] })
    await world.clock.advance(5000)
    expect(one.requests.put).toBe(0)
  })
})

describe('a silent store', () => {
  it('keeps a change open, and is told of, until the change is written', async () => {
    const { records, said, trouble } = one
    trouble.fail = () => {
      throw new StoreError('no answer', { code: 'NETWORK', retriable: true })
    }
    let isAnswered = false
    const claimed = records.update('a', claim('a1')).finally(() => (isAnswered = true))
    await world.clock.advance(60_000)
    expect(isAnswered).toBe(false)
    expect(said).toContain('the job records could not be read or written yet: no answer')
    expect(said.length).toBeLessThanOrEqual(7) // one in ten seconds
    delete trouble.fail
    await world.clock.advance(60_000)
    expect(await claimed).toMatchObject({ outcome: 'written' })
  })
})
