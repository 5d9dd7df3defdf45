import type { CallOptions, ObjectStore } from '@s3sched/store'
import { mayHoldJob } from '../segments/job-filter.ts'
import type { ChunkQuery, RunChunk } from '../segments/run-chunk.ts'
import type { ListedFile } from './archive-files.ts'
import { saltOf } from './archive-key.ts'
import { blockOf, rareKey, readRareRuns, type RareRuns } from './rare-runs.ts'

/** Fewer files are read at once. */
const MANY_FILES = 4
const MANY_JOBS = 8

export interface RareChunks {
  /** A chunk for each block of days with runs of the jobs. */
  readonly chunks: readonly RunChunk[]
  /** The files that the chunks do not stand for. */
  readonly rest: readonly ListedFile[]
}

/** The runs of rare jobs without their files, where a query of few jobs would read many: 1 GET for each 32 days. */
export async function rareChunks(
  store: ObjectStore,
  files: readonly ListedFile[],
  query: ChunkQuery,
  call: CallOptions,
): Promise<RareChunks> {
  const { jobs } = query
  if (jobs === undefined || jobs.length > MANY_JOBS || files.length <= MANY_FILES) return { chunks: [], rest: files }
  // A job that runs often is in few of these filters, by mistake.
  const rare = files.filter((file) => jobs.every((job) => mayHoldJob(file.rare, job, saltOf(file))))
  if (rare.length <= MANY_FILES) return { chunks: [], rest: files }
  const blocks = [...new Set(rare.map(({ day }) => blockOf(day)))]
  const read = await Promise.all(blocks.map(async (block) => ({ block, copy: await readRareRuns(store, block, call) })))
  const chunks: RunChunk[] = []
  const rest = new Set(files)
  for (const { block, copy } of read) {
    if (copy === undefined) continue
    const covers = new Set(
      copy.files.filter(({ frequent }) => !jobs.some((job) => frequent.includes(job))).map(({ key }) => key),
    )
    const covered = files.filter(({ key }) => covers.has(key))
    for (const file of covered) rest.delete(file)
    if (covered.length > 0) chunks.push(chunkOf({ block, copy }, covered, jobs, query))
  }
  return { chunks, rest: [...rest] }
}

function chunkOf(
  { block, copy }: { readonly block: number; readonly copy: RareRuns },
  files: readonly ListedFile[],
  jobs: readonly string[],
  { onProblem }: ChunkQuery,
): RunChunk {
  const keys = new Set(files.map(({ key }) => key))
  return {
    newest: Math.max(...files.map(({ newest }) => newest)),
    oldest: Math.min(...files.map(({ oldest }) => oldest)),
    statuses: new Set(files.flatMap(({ statuses }) => [...statuses])),
    read: async () =>
      copy
        .runs(jobs, (problem) => onProblem({ key: rareKey(block), problem }))
        .flatMap(({ key, run }) => (keys.has(key) ? [run] : [])),
  }
}
