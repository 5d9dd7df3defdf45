import { beforeEach, describe, expect, it } from 'vitest'
import {
  claim,
  createRecordsWorld,
  define,
  NOON,
  type OpenRecords,
  type RecordsWorld,
} from '../../test/open-records.ts'
import { spec } from '../../test/minutely-spec.ts'
import { hashSpec } from '../definition/job-spec.ts'
import type { LocalJob } from '../definition/local-job.ts'
import { pauseJob } from '../record/job-changes.ts'
import { deletePages, readFields } from '../testing/raw-records.ts'

const MINUTE = 60_000
const FENCE_GAP = 1_000_000

let world: RecordsWorld
let one: OpenRecords

beforeEach(async () => {
  world = createRecordsWorld()
  one = world.open()
  await Promise.all(['a', 'b'].map((name) => one.records.update(name, define())))
  await one.records.update('a', claim('a1'))
})

describe('a page that was deleted', () => {
  it('is written again at the next look, each job with a fence above all that were given out', async () => {
    await deletePages(world.shared)
    one.reset()
    await one.records.look(['a'])
    await one.records.drain()
    expect(one.requests.put).toBe(1)
    expect(await readFields(world.shared, 'a')).toMatchObject({ fence: 1 + FENCE_GAP, running: [{ runId: 'a1' }] })
    expect(await readFields(world.shared, 'b')).toMatchObject({ fence: FENCE_GAP })
    expect(one.said).toContainEqual(expect.stringMatching(/^page 'root' with the records of 2 jobs is gone/))
  })

  it('is told as changed once it is put back, since a look at all jobs may have found none meanwhile', async () => {
    const local = world.open({ localJob: (name) => ({ name, spec, hash: hashSpec(spec) }) as LocalJob })
    await local.records.loadAll()
    local.said.length = 0
    await deletePages(world.shared)
    await local.records.look(['a'])
    await local.records.drain()
    expect(local.said).toEqual(expect.arrayContaining(['other ticks of a', 'other ticks of b']))
  })

  it('lets no claim start whose fate it hides, and takes the next claim with a fence above all others', async () => {
    await deletePages(world.shared)
    // The write may have landed before the deletion.
    await expect(one.records.update('a', claim('a2', NOON + MINUTE))).rejects.toThrow('it is not known')
    const claimed = await one.records.update('a', claim('a2', NOON + MINUTE))
    expect(claimed).toMatchObject({ record: { fence: 2 + FENCE_GAP, running: [{ runId: 'a1' }, { runId: 'a2' }] } })
  })

  it('counts no tick twice that another instance may have claimed ahead of its instant', async () => {
    await deletePages(world.shared)
    await one.records.look(['a'])
    await one.records.drain()
    const record = await one.records.load('b')
    // The claim may be ahead by a second, and the clocks of two machines differ by five.
    expect(record?.since).toBeGreaterThanOrEqual(NOON + 6000)
  })

  it('counts all ticks from now on for the instance that leads the job, since no other claims ahead', async () => {
    const leader = world.open({ leads: () => true })
    await leader.records.loadAll()
    await deletePages(world.shared)
    await leader.records.look(['a'])
    await leader.records.drain()
    expect((await leader.records.load('b'))?.since).toBe(NOON)
  })
})

describe('a page that was deleted, and made anew by an instance that had not known the jobs', () => {
  it('gets the past of its jobs back from an instance that knows it', async () => {
    await one.records.update('b', (record) =>
      record === undefined ? { stop: 'gone' as const } : { write: pauseJob(record) },
    )
    await deletePages(world.shared)
    const stranger = world.open()
    await stranger.records.update('a', define({}, NOON))
    await stranger.records.update('a', claim('theirs', NOON + MINUTE))
    await one.records.look(['a', 'b'])
    await world.clock.advance(0)
    // Reunited: the open runs of both, and a fence above all that were given out.
    const a = await world.open().records.load('a')
    expect(a?.running.map(({ runId }) => runId)).toEqual(['a1', 'theirs'])
    expect(a?.fence).toBeGreaterThanOrEqual(FENCE_GAP)
    // The stranger does not know the job at all.
    expect(await world.open().records.load('b')).toMatchObject({ paused: true, fence: FENCE_GAP })
  })

  it('gets nothing back over a claim made meanwhile', async () => {
    await deletePages(world.shared)
    const stranger = world.open()
    await stranger.records.update('a', define({}, NOON))
    await one.records.look(['a'])
    const claimed = await one.records.update('a', claim('a2', NOON + 2 * MINUTE))
    const record = claimed.record
    expect(record?.running.map(({ runId }) => runId)).toEqual(['a1', 'a2'])
    await one.records.drain()
    expect(await world.open().records.load('a')).toEqual(record)
  })

  it('is believed in all that a hand has put back', async () => {
    const old = await readFields(world.shared, 'a')
    await one.records.update('a', claim('a2', NOON + MINUTE))
    await deletePages(world.shared)
    const stranger = world.open()
    const restored = one.records.peek('a')
    // A backup from before the second claim.
    await stranger.records.update('a', () => ({
      write: { ...(restored as NonNullable<typeof restored>), ...(old as object) },
    }))
    await one.records.look(['a'])
    await one.records.drain()
    expect(await world.open().records.load('a')).toMatchObject({ fence: 1, running: [{ runId: 'a1' }] })
  })
})
