import type { JobBook } from '../job/job-book.ts'
import type { ChangeMarker } from '../leader/change-marker.ts'

/** A leader folds a run with its next claim; a member's run is folded at once, since nobody else knows that it ended. */
export async function foldOwnRun(
  { book, marker }: { readonly book: JobBook; readonly marker: ChangeMarker },
  name: string,
): Promise<void> {
  await book.update(name, (record) => (record === undefined ? { stop: 'gone' } : { write: record }))
  await marker.bump()
}
