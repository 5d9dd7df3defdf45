import { describe, expect, it } from 'vitest'
import { afterTheDay, runs, shown } from '../../test/archived-runs.ts'
import { createArchiveWorld } from '../../test/archive-world.ts'
import { MINUTE } from '../../test/records.ts'

describe('a file that is there under the name of a set', () => {
  /** The same files as another archiver would write them. */
  async function written(): Promise<ReadonlyMap<string, Uint8Array>> {
    const other = createArchiveWorld(afterTheDay)
    await other.segments(runs(300))
    await other.archive()
    const files = new Map<string, Uint8Array>()
    for (const key of await other.keys('history/')) {
      const got = await other.store.get(key)
      if (got.outcome === 'found') files.set(key, got.body)
    }
    return files
  }

  const DAMAGES: readonly (readonly [string, (file: Uint8Array) => Uint8Array])[] = [
    ['empty', () => new Uint8Array()],
    ['cut off', (file) => file.subarray(0, file.length - 20)],
    ['without its beginning', (file) => file.subarray(200)],
    ['with a hole', (file) => file.map((byte, at) => (at > 100 && at < 400 ? 0 : byte))],
  ]

  it.each(DAMAGES)('is written again when it is %s, and no run is lost with the segments', async (_, damage) => {
    const files = await written()
    const world = createArchiveWorld(afterTheDay)
    await world.segments(runs(300))
    const before = await shown(world)
    for (const [key, body] of files) await world.store.put(key, damage(body))
    // A reader that has met the damaged file reads the mended one.
    await world.reader.list({ limit: 1000 })
    expect(await world.archive()).toMatchObject({ runs: 300, files: 2 })
    await world.clock.advance(11 * MINUTE)
    await world.archive()
    expect(await world.keys('segments/')).toEqual([])
    expect(new Set(await world.keys('history/'))).toEqual(new Set(files.keys()))
    expect(await shown(world)).toEqual(before)
    expect((await world.reader.list({ limit: 1000 })).runs).toEqual(before)
  })

  it('is kept with its bytes when it is whole: 1 GET for each file', async () => {
    const files = await written()
    const world = createArchiveWorld(afterTheDay)
    await world.segments(runs(300))
    // The same runs, as another version of the compressor would leave them.
    for (const [key, body] of files) await world.store.put(key, withGap(body))
    const unaware: typeof world.store = {
      ...world.store,
      list: (prefix, options) => world.store.list(prefix === 'history/' ? 'nothing/' : prefix, options),
    }
    world.reset()
    await world.archive({}, unaware)
    const segments = (await world.keys('segments/')).length
    // A receipt, the copy of rare runs, and the two tries.
    expect(world.requests).toMatchObject({ get: segments + 2 + 1, put: 4 })
    for (const [key, body] of files) {
      const got = await world.store.get(key)
      expect(got.outcome === 'found' && got.body.length).toBe(body.length + 1)
    }
  })
})

/** The footer one byte later: the byte before it belongs to nothing. */
function withGap(body: Uint8Array): Uint8Array {
  const footer = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(body.byteLength - 8, true) + 8
  return Buffer.concat([body.subarray(0, -footer), Buffer.alloc(1), body.subarray(-footer)])
}
