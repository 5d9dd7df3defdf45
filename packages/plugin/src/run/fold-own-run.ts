import type { Logger } from '@s3sched/kernel'
import type { JobBook } from '../job/job-book.ts'
import type { ChangeMarker } from '../leader/change-marker.ts'

export interface FoldDeps {
  readonly book: JobBook
  readonly marker: ChangeMarker
}

/** A leader folds a run with its next claim; a member's run is folded at once, since nobody else knows that it ended. */
export async function foldOwnRun({ book, marker }: FoldDeps, name: string): Promise<void> {
  await book.update(name, (record) => (record === undefined ? { stop: 'gone' } : { write: record }))
  await marker.bump()
}

/** The same for a run that outlived the hand-over of its shard. Never rejects: whoever leads looks at the record in the end. */
export async function foldKeptRun(
  { logger, ...deps }: FoldDeps & { readonly logger: Logger },
  name: string,
): Promise<void> {
  try {
    await foldOwnRun(deps, name)
  } catch (error) {
    logger.warn(`the leader will learn later that a run of job '${name}' has ended here`, { error })
  }
}
