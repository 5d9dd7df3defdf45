import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { describe, expect, it } from 'vitest'
import type { ObjectStore } from '@s3sched/store'
import { archiveSegments } from '../src/archive/index.ts'
import { parseArchiveKey } from '../src/archive/archive-key.ts'
import { collect, DAY } from './records.ts'
import { RETENTION, simulateArchive, STEPS, type ArchiveSteps } from './simulation/simulate-archive.ts'
import type { Process } from './simulation/mortal-process.ts'

it.each(Array.from({ length: casesOf(3) }, (_, index) => index + 1))(
  'each kept outcome is shown once, as it ended, while archivers die at any write: seed %i',
  async (seed) => {
    const { checked, problems } = await simulateArchive(seed)
    expect(problems).toEqual([])
    expect(checked).toBeGreaterThan(1000)
  },
)

/** Holds back the files until the receipt is written. */
function receiptFirst(store: ObjectStore): ObjectStore {
  const held: (() => Promise<unknown>)[] = []
  return {
    ...store,
    async put(key, body, options) {
      if (key.startsWith('history/')) {
        held.push(() => store.put(key, body, options))
        return { outcome: 'written', etag: '"held"' }
      }
      const put = await store.put(key, body, options)
      for (const write of held.splice(0)) await write()
      return put
    },
  }
}

async function keysOf(store: ObjectStore, prefix: string): Promise<{ key: string; lastModified: number }[]> {
  return (await collect(store.list(prefix))).flatMap(({ objects }) => objects.map((object) => ({ ...object })))
}

/** Deletes each folder by its own age alone. */
async function pruneByAge({ clock, store }: Process): Promise<void> {
  for (const { key } of await keysOf(store, 'history/')) {
    const file = parseArchiveKey(key)
    const limit = file?.outcome === 'success' ? RETENTION.maxAgeMs : RETENTION.failedMaxAgeMs
    if (file !== undefined && clock.now() - (file.day + 1) * DAY > limit) await store.delete(key)
  }
}

const BROKEN: readonly (readonly [string, Partial<ArchiveSteps>])[] = [
  [
    'a receipt that is written before its files',
    {
      archive: async (process) =>
        void (await archiveSegments({ ...process, store: receiptFirst(process.store) }, { minSegments: 4 })),
    },
  ],
  [
    'an archive that deletes the segments without a receipt',
    {
      async archive(process) {
        const before = await keysOf(process.store, 'segments/')
        await process.store.delete(before.map(({ key }) => key))
        await STEPS.archive(process)
      },
    },
  ],
  ['a retention that deletes the truth before the verdict', { prune: pruneByAge }],
  [
    'a reader of the archive alone',
    {
      async read(process) {
        const runs = await STEPS.read({
          ...process,
          store: {
            ...process.store,
            list: (prefix, options) => process.store.list(prefix === 'segments/' ? 'none/' : prefix, options),
          },
        })
        return runs
      },
    },
  ],
]

const HUNTED = [1, 2, 3]

describe('the checker catches', () => {
  it.each(BROKEN)('%s', async (_, broken) => {
    let found = 0
    for (const seed of HUNTED) {
      found += (await simulateArchive(seed, { ...STEPS, ...broken })).problems.length
      if (found > 0) break
    }
    expect(found).toBeGreaterThan(0)
  })
})
