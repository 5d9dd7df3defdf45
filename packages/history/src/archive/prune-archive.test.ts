import { describe, expect, it } from 'vitest'
import { createArchiveWorld, type ArchiveWorld } from '../../test/archive-world.ts'
import { aRun, DAY, MINUTE, START } from '../../test/records.ts'
import type { ArchivePruneOptions, ArchivePruneReport } from './index.ts'
import { pruneArchive } from './index.ts'

const POLICY = { maxAgeMs: 10 * DAY, failedMaxAgeMs: 30 * DAY }

async function aMonth(): Promise<ArchiveWorld> {
  const world = createArchiveWorld(START + 60 * MINUTE)
  for (let day = 0; day < 30; day += 1) {
    await world.segments([
      aRun({ runId: `fine-${day}`, scheduledTime: START + (day - 1) * DAY }),
      aRun({ runId: `failed-${day}`, status: 'failed', scheduledTime: START + (day - 1) * DAY }),
    ])
    await world.archive()
    await world.clock.advance(DAY)
  }
  await world.archive()
  return world
}

const prune = ({ clock, store }: ArchiveWorld, options: ArchivePruneOptions = {}): Promise<ArchivePruneReport> =>
  pruneArchive({ store, clock }, POLICY, options)

const names = ({ folders }: ArchivePruneReport): string[] => folders.map(({ day, outcome }) => `${day} ${outcome}`)

it('tells what it would delete, and then deletes exactly that', async () => {
  const world = await aMonth()
  const before = await world.keys('history/')
  const plan = await prune(world, { dryRun: true })
  expect(names(plan).slice(0, 2)).toEqual(['2025-12-31 success', '2026-01-01 success'])
  expect(plan.folders[0]).toMatchObject({ files: 1, runs: 1, bytes: expect.any(Number) })
  expect(await world.keys('history/')).toEqual(before)
  world.reset()
  expect(await prune(world)).toEqual(plan)
  expect(world.requests).toMatchObject({ list: 1, get: 2, put: 2, delete: 1 })
  const left = (await world.newReader().list({ limit: 1000 })).runs
  expect(left.filter(({ status }) => status === 'failed')).toHaveLength(30)
  expect(left.filter(({ status }) => status === 'success')).toHaveLength(30 - plan.folders.length)
})

it('deletes the oldest folders first, as many as allowed', async () => {
  const world = await aMonth()
  expect(await prune(world, { limit: 1 })).toMatchObject({ more: true, folders: [{ day: '2025-12-31' }] })
  expect(names(await prune(world, { limit: 1 }))).toEqual(['2026-01-01 success'])
})

it('keeps a folder that was written lately, whatever its day', async () => {
  const world = createArchiveWorld(START + 100 * DAY)
  await world.segments([aRun()])
  await world.archive()
  await world.clock.advance(5 * DAY)
  expect(names(await prune(world))).toEqual([])
  await world.clock.advance(6 * DAY)
  expect(names(await prune(world))).toEqual(['2026-01-01 success'])
})

it('keeps everything by a clock that runs ahead of the store', async () => {
  const world = createArchiveWorld(START + 2 * DAY)
  await world.segments([aRun()])
  await world.archive()
  const ahead = { ...world.clock, now: () => START + 5000 * DAY }
  expect(names(await pruneArchive({ store: world.store, clock: ahead }, POLICY))).toEqual([])
})

describe('of a day with a verdict', () => {
  const lost = aRun({ runId: 'lost', status: 'lost', attempts: [] })
  const others = Array.from({ length: 10 }, (_, n) => aRun({ runId: `failed-${n}`, status: 'failed' }))

  it('keeps the successes while the sets of the day are several', async () => {
    const world = createArchiveWorld(START + 2 * DAY)
    await world.segments([lost, ...others])
    await world.archive()
    await world.segments([aRun({ runId: 'lost' })])
    await world.archive()
    await world.clock.advance(15 * DAY)
    const report = await prune(world)
    expect(names(report)).toEqual([])
    expect(report.waiting).toMatchObject([{ day: '2026-01-01', outcome: 'success', runs: 1 }])
    expect((await world.newReader().list({ status: ['success', 'lost'] })).runs).toMatchObject([{ status: 'success' }])
    await world.clock.advance(20 * DAY)
    expect(names(await prune(world))).toEqual(['2026-01-01 other', '2026-01-01 success'])
  })

  it('deletes the successes of a settled day', async () => {
    const world = createArchiveWorld(START + 2 * DAY)
    await world.segments([lost, aRun({ runId: 'other' })])
    await world.archive()
    await world.clock.advance(15 * DAY)
    expect(names(await prune(world))).toEqual(['2026-01-01 success'])
  })
})
