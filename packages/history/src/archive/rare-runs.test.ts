import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { createArchiveWorld, type ArchiveWorld } from '../../test/archive-world.ts'
import { aRun, DAY, MINUTE, START } from '../../test/records.ts'
import type { RunRecord } from '../run-record.ts'
import { pruneArchive } from './index.ts'

const DAYS = 50

/** Each hour a run of each busy job, and one of the job `daily` each day, which fails now and then. */
function runsOf(day: number): RunRecord[] {
  const from = START + day * DAY
  const hourly = Array.from({ length: 24 }, (_, hour) =>
    ['a', 'b', 'z'].map((job) =>
      aRun({ runId: `${job}-${day}-${hour}`, job, scheduledTime: from + hour * 60 * MINUTE }),
    ),
  )
  const failed = { status: 'failed', error: { name: 'E', message: 'm' } } as const
  const daily = aRun({ runId: `daily-${day}`, job: 'daily', scheduledTime: from, ...(day % 7 === 3 ? failed : {}) })
  return [...hourly.flat(), daily]
}

async function archived(): Promise<ArchiveWorld> {
  const world = createArchiveWorld()
  for (let day = 0; day < DAYS; day += 1) {
    await world.segments(runsOf(day))
    await world.clock.advance(START + (day + 1) * DAY + 60 * MINUTE - world.clock.now())
    await world.archive()
    await world.clock.advance(11 * MINUTE)
    await world.archive()
  }
  world.reset()
  return world
}

const ids = (from: number): string[] => Array.from({ length: DAYS - from }, (_, n) => `daily-${DAYS - 1 - n}`)
const daily = async (world: ArchiveWorld): Promise<string[]> =>
  (await world.newReader().list({ job: 'daily' })).runs.map(({ runId }) => runId)

it('gives the last 50 runs of a daily job by at most 8 requests', async () => {
  const world = await archived()
  const { runs } = await world.newReader().list({ job: 'daily' })
  expect(runs).toEqual(Array.from({ length: DAYS }, (_, n) => runsOf(DAYS - 1 - n).find(({ job }) => job === 'daily')))
  expect(world.requests.get + world.requests.list).toBeLessThanOrEqual(7) // A scheduler reads the page of the job, too.
  world.reset()
  const { runs: failures } = await world.newReader().list({ job: 'daily', status: 'failed' })
  expect(failures).toEqual(runs.filter(({ status }) => status === 'failed'))
})

it('is a copy: without it, or with a broken one, the files tell the same', async () => {
  const world = await archived()
  const [first = '', ...others] = await world.keys('rare/')
  await world.store.put(first, Buffer.from('broken'))
  expect(await daily(world)).toEqual(ids(0))
  await world.store.delete([first, ...others])
  expect(await daily(world)).toEqual(ids(0))
})

async function textOf({ keys, store }: ArchiveWorld): Promise<string> {
  let text = ''
  for (const key of await keys('rare/')) {
    const got = await store.get(key)
    if (got.outcome === 'found') text += gunzipSync(got.body).toString()
  }
  return text
}

it('keeps no run that was pruned', async () => {
  const world = await archived()
  expect(await textOf(world)).toContain('"daily-20"')
  await pruneArchive(world, { maxAgeMs: 20 * DAY, failedMaxAgeMs: 20 * DAY })
  const text = await textOf(world)
  for (let day = 0; day <= 29; day += 1) expect(text).not.toContain(`"daily-${day}"`)
  expect(await daily(world)).toEqual(ids(30))
})

it('keeps no run of a prune that died before the files were gone', async () => {
  const world = await archived()
  const store: typeof world.store = {
    ...world.store,
    delete: async (keys, options) => {
      if ([keys].flat().some((key) => key.startsWith('history/'))) throw new Error('died (on purpose)')
      return world.store.delete(keys, options)
    },
  }
  const died = pruneArchive({ ...world, store }, { maxAgeMs: 20 * DAY, failedMaxAgeMs: 20 * DAY })
  await expect(died).rejects.toThrow('died')
  expect(await textOf(world)).not.toContain('"daily-20"')
  expect(await daily(world)).toHaveLength(DAYS)
})

it('follows a day that is written again', async () => {
  const world = await archived()
  await world.segments([aRun({ runId: 'late', job: 'daily', scheduledTime: START + 40 * DAY + 5 })])
  await world.archive()
  const shown = (): Promise<string[]> => daily(world)
  const wanted = [...ids(41), 'late', ...ids(0).slice(DAYS - 41, -1)]
  expect(await shown()).toEqual(wanted)
  await world.clock.advance(DAY)
  await world.archive()
  expect(await shown()).toEqual(wanted)
  expect(await textOf(world)).toContain('"late"')
})
