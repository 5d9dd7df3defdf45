import { mapParallel, messageOf, silentLogger, type Logger } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { listFiles, type ListedFile } from './archive-files.ts'
import { ARCHIVE } from './archive-key.ts'
import { footerBytes, readIndex } from './read-run-file.ts'

/** The period whose files of the archive are copied. */
export interface ArchiveCopiesQuery extends CallOptions {
  /** The first instant of the period, epoch ms. @default 0 */
  readonly since?: number | undefined
  /** The first instant after the period, epoch ms. @default Infinity */
  readonly until?: number | undefined
}

/** A file of the archive. */
export interface ArchiveCopy {
  /** The key below the prefix, `history/day=…/outcome=…/runs-….parquet`. */
  readonly key: string
  readonly body: Uint8Array
}

const READS_AT_ONCE = 8

/**
 * The whole files of the archive with runs of a period, for tools that can't read the store: 1 LIST per 1,000 files, and 1
 * GET for each. A file that is deleted meanwhile is left out: its runs are in a newer file, or too old.
 * @param deps - `logger` is told of objects that are not of s3sched and of files that can't be read, which are left out
 */
export async function* archiveCopies(
  { logger = silentLogger, store }: { readonly store: ObjectStore; readonly logger?: Logger },
  { signal, since = 0, timeoutMs, until = Infinity }: ArchiveCopiesQuery = {},
): AsyncGenerator<ArchiveCopy> {
  const call = { signal, timeoutMs }
  const wanted: ListedFile[] = []
  const onOther = (key: string): void => logger.warn(`archive file ${key}: its name is not one of s3sched`, { key })
  for await (const { files } of listFiles(store, ARCHIVE, call, onOther))
    wanted.push(...files.filter(({ newest, oldest }) => newest >= since && oldest < until))
  for (let from = 0; from < wanted.length; from += READS_AT_ONCE) {
    const window = wanted.slice(from, from + READS_AT_ONCE)
    const read = await mapParallel(window, READS_AT_ONCE, async ({ key }) => ({ key, got: await store.get(key, call) }))
    for (const { got, key } of read) {
      if (got.outcome === 'missing' || got.outcome === 'unchanged') continue
      const problem = got.outcome === 'found' ? await problemOf(got.body) : 'it is larger than any file of s3sched'
      if (problem !== undefined) logger.warn(`archive file ${key}: ${problem}; its runs are left out`, { key })
      else if (got.outcome === 'found') yield { key, body: got.body }
    }
  }
}

async function problemOf(body: Uint8Array): Promise<string | undefined> {
  try {
    if (footerBytes(body) > body.byteLength) return 'its footer is longer than the file'
    await readIndex(body, body.byteLength)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
