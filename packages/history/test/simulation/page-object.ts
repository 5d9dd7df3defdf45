import type { Random } from '@s3sched/kernel'
import { decodeDocument, encodeDocument, type ObjectStore } from '@s3sched/store'
import type { PageOutcome } from '../../src/segments/index.ts'

export const PAGE = 'p'

const KEY = 'jobs/p.json'

interface ReadPage {
  readonly outcomes: readonly PageOutcome[]
  readonly etag: string | undefined
}

export async function readPage(store: ObjectStore): Promise<ReadPage> {
  const got = await store.get(KEY)
  if (got.outcome !== 'found') return { outcomes: [], etag: undefined }
  const decoded = decodeDocument(got.body)
  if (decoded.outcome !== 'found') throw new Error(`the page: ${decoded.problem}`)
  return { outcomes: decoded.fields['outcomes'] as PageOutcome[], etag: got.etag }
}

/** Changes the page by compare-and-swap, again after each conflict. Throws when the outcome is unknown. */
export async function changePage(
  store: ObjectStore,
  random: Random,
  change: (outcomes: readonly PageOutcome[]) => readonly PageOutcome[],
): Promise<void> {
  for (;;) {
    const { etag, outcomes } = await readPage(store)
    const body = encodeDocument({ outcomes: change(outcomes) }, random.id())
    const condition = etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: etag }
    const put = await store.put(KEY, body, { condition })
    if (put.outcome === 'written') return
    if (put.outcome === 'unknown') throw new Error('nobody knows whether the page was written')
  }
}
