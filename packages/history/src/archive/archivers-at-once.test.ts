import { describe, expect, it } from 'vitest'
import { afterTheDay, runs, shown } from '../../test/archived-runs.ts'
import { createArchiveWorld, type ArchiveWorld } from '../../test/archive-world.ts'
import { DAY, MINUTE } from '../../test/records.ts'
import { parseArchiveKey } from './archive-key.ts'
import { pruneArchive } from './index.ts'

/** The number of runs in each set of the archive. */
async function setsOf({ keys }: ArchiveWorld): Promise<number[]> {
  const sets = new Map<string, number>()
  for (const file of (await keys('history/')).map(parseArchiveKey))
    if (file !== undefined) sets.set(file.set, (sets.get(file.set) ?? 0) + file.count)
  return [...sets.values()]
}

describe('two archivers at the same instants', () => {
  const both = ({ archive }: ArchiveWorld): Promise<unknown> => Promise.all([archive(), archive()])

  it('write one set, so that no tool counts a run twice', async () => {
    const world = createArchiveWorld(afterTheDay)
    await world.segments(runs(300))
    await both(world)
    expect(await setsOf(world)).toEqual([300])
    await world.clock.advance(11 * MINUTE)
    await both(world)
    expect(await world.keys('segments/')).toEqual([])
    expect(await world.keys('archived/')).toEqual([])
  })

  it('settle a day in the night after its last run, and let it be pruned', async () => {
    const world = createArchiveWorld(afterTheDay)
    await world.segments(runs(300))
    await world.archive()
    await world.segments(runs(3, { runId: 'late' }))
    await both(world)
    expect((await setsOf(world)).toSorted((a, b) => a - b)).toEqual([3, 300])
    for (let night = 0; night < 4; night += 1) {
      await world.clock.advance(DAY)
      await both(world)
      expect(await setsOf(world)).toEqual([303])
    }
    const { folders } = await pruneArchive(world, { maxAgeMs: 2 * DAY, failedMaxAgeMs: 2 * DAY })
    expect(folders).toHaveLength(2)
    expect(await world.keys('history/')).toEqual([])
  })

  it('agree when one of them looked before the other wrote, and writes after the other has deleted', async () => {
    const world = createArchiveWorld(afterTheDay)
    await world.segments(runs(300))
    await world.archive()
    await world.segments(runs(3, { runId: 'late' }))
    await world.archive()
    await world.clock.advance(DAY)
    // The slow one has read everything, and waits before its first write until the other is done.
    let finish = (): void => undefined
    const done = new Promise<void>((resolve) => (finish = resolve))
    const slow: typeof world.store = {
      ...world.store,
      put: async (key, body, options) => (await done, world.store.put(key, body, options)),
    }
    const late = world.archive({}, slow)
    await world.archive()
    finish()
    await late
    expect(await setsOf(world)).toEqual([303])
    expect(await shown(world)).toHaveLength(303)
  })

  it('leave no half of a set after a death between its files', async () => {
    const world = createArchiveWorld(afterTheDay)
    await world.segments(runs(300))
    const store: typeof world.store = {
      ...world.store,
      put: async (key, body, options) => {
        if (key.includes('outcome=other')) throw new Error('died (on purpose)')
        return world.store.put(key, body, options)
      },
    }
    await expect(world.archive({}, store)).rejects.toThrow('died')
    await world.archive()
    await world.clock.advance(DAY)
    await world.archive()
    expect(await setsOf(world)).toEqual([300])
  })
})

describe('two archivers that saw different segments', () => {
  it('leave runs in two sets, which readers and the view of the guide count once, until the next night', async () => {
    const world = createArchiveWorld(afterTheDay)
    await world.segments(runs(300))
    const before = await shown(world)
    await world.archive()
    await world.segments(runs(3, { runId: 'late' }))
    // The slow one listed everything but the newest segments before the other wrote.
    const unaware: typeof world.store = {
      ...world.store,
      list: (prefix, options) => world.store.list(prefix === 'segments/' ? prefix : 'nothing/', options),
    }
    await world.archive({}, unaware)
    expect((await setsOf(world)).toSorted((a, b) => a - b)).toEqual([300, 303])
    expect(await shown(world)).toHaveLength(303)
    expect((await shown(world)).filter(({ runId }) => runId !== 'late')).toEqual(before)
    await world.clock.advance(DAY)
    await world.archive()
    expect(await setsOf(world)).toEqual([303])
    expect(await shown(world)).toHaveLength(303)
  })
})
