import type { ObjectStore } from '@s3sched/store'
import type { RunRecord } from '../src/index.ts'
import type { RunChunk, RunPlace } from '../src/segments/index.ts'
import { decodeSegment } from '../src/segments/segment-body.ts'
import { dayOf } from '../src/segments/segment-key.ts'

/** An archive in memory: a lane for each job, a chunk for each day. */
export interface ArchiveRig {
  readonly place: RunPlace
  /** Moves all segments into the archive. `crash`: the segments are not deleted any more. */
  readonly takeSegments: (crash: boolean) => Promise<void>
}

export function createArchive(store: ObjectStore): ArchiveRig {
  const runs: RunRecord[] = []
  const chunkOf = (day: readonly RunRecord[]): RunChunk => ({
    newest: Math.max(...day.map(({ scheduledTime }) => scheduledTime)),
    oldest: Math.min(...day.map(({ scheduledTime }) => scheduledTime)),
    statuses: new Set(day.map(({ status }) => status)),
    read: async () => day,
  })
  return {
    place: {
      async lanes({ jobs }) {
        const named = jobs ?? [...new Set(runs.map(({ job }) => job))]
        return named.map((name) => {
          const days = new Map<number, RunRecord[]>()
          for (const run of runs.filter(({ job }) => job === name)) {
            const day = dayOf(run.scheduledTime)
            days.set(day, [...(days.get(day) ?? []), run])
          }
          return lane([...days].toSorted(([a], [b]) => b - a).map(([, day]) => chunkOf(day)))
        })
      },
    },
    async takeSegments(crash) {
      const keys: string[] = []
      for await (const { objects } of store.list('segments/')) keys.push(...objects.map(({ key }) => key))
      for (const key of keys) {
        const got = await store.get(key)
        if (got.outcome === 'found') runs.push(...decodeSegment(got.body, { onProblem: () => undefined }))
      }
      if (!crash) await store.delete(keys)
    },
  }
}

async function* lane(chunks: readonly RunChunk[]): AsyncGenerator<RunChunk> {
  yield* chunks
}
