import { mapParallel } from '@s3sched/kernel'
import type { PutCondition } from '@s3sched/store'
import type { LedgerCore } from './ledger-core.ts'
import { encodePage } from './page-format.ts'
import { objectKeyOf, type PageName } from './page-name.ts'
import { dividePage } from './page-split.ts'
import { pause, putOnce, writePage } from './page-writer.ts'
import type { KnownPage, Page } from './page.ts'

/*
 * A split has two steps. First all children are written whole, as drafts. Then the parent is replaced, by
 * compare-and-swap, by a note that names the version of the parent in the drafts. The parent is the truth, and the
 * drafts are nothing, until the note has landed; afterwards the parent only points.
 *
 * The danger is a splitter with an old parent: a late draft could be written over a child that counts, or over a newer
 * draft just before the note of another splitter makes the newer draft count. Each draft is therefore written under a
 * condition:
 *
 * - no object yet: the draft is created if absent. A late try with this condition can't overwrite any other draft.
 * - a draft of the same version: the draft holds the same records, and is used unchanged.
 * - a draft of another version: the splitter reads the child, then makes sure that the parent is still its own version,
 *   and only then replaces that very child. A draft of a later version of the parent cannot have been seen before the
 *   parent was still the earlier version; so the condition keeps a late write away from the later draft.
 * - a page that counts, or cannot be read: the split ends here. The known parent was not the present parent.
 */

/**
 * - `split`: the note has landed; the changes belong to the children
 * - `again`: the parent has changed meanwhile, or the split could not be decided
 * - `blocked`: a child's object can't be read, so the page can't be split
 */
export type SplitOutcome = 'split' | 'again' | 'blocked'

const WRITES_AT_ONCE = 16

/** @throws StoreError when the store refuses for good */
export async function splitPage<R>(
  core: LedgerCore<R>,
  page: PageName,
  base: KnownPage,
  depth: number,
): Promise<SplitOutcome> {
  const { random, writer } = core.options
  const drafts = dividePage(base.page, page, depth, () => random.id())
  const children = await mapParallel([...drafts], WRITES_AT_ONCE, async ([name, draft]) => ({
    name,
    written: await writeDraft(core, { page, base }, name, draft),
  }))
  if (children.some(({ written }) => written === 'blocked')) return 'blocked'
  if (children.some(({ written }) => written === 'stale')) {
    await core.source.fetch(page)
    return 'again'
  }
  const note = core.protocol.noteOfSplit(base.page, depth, writer, random.id())
  const written = await writePage(core, page, { base, next: note })
  if (written.fate === 'failed') throw written.error
  if (written.fate === 'landed' && written.known !== undefined) {
    core.source.memory.remember(page, written.known)
    for (const { name, written: known } of children) {
      if (typeof known !== 'string') core.source.remember(name, known)
    }
    core.events.emit('split', { page, into: [...drafts.keys()] })
    return 'split'
  }
  if ('read' in written && written.read !== undefined) await core.source.accept(page, written.read)
  return written.fate === 'landed' ? 'split' : 'again'
}

async function writeDraft<R>(
  core: LedgerCore<R>,
  { base, page }: { readonly page: PageName; readonly base: KnownPage },
  name: PageName,
  draft: Page,
): Promise<KnownPage | 'stale' | 'blocked'> {
  const { events, protocol, source } = core
  const body = encodePage(draft)
  let condition: PutCondition = { ifAbsent: true }
  for (let retry = 1; ; retry++) {
    const asOf = source.order.next()
    const put = await putOnce(source.store, objectKeyOf(name), body, condition)
    if (put.outcome === 'written') return { page: draft, etag: put.etag, asOf }
    if (put.outcome === 'failed') throw put.error
    const found = await source.read(name)
    if (found.outcome === 'unreadable') return 'blocked'
    if (found.outcome === 'page') {
      if (protocol.isDraftOf(found.known.page, page, base.page)) return found.known
      if (found.known.page.draftOf === undefined) return 'stale'
      // After the read of the child, and not before.
      const parent = await source.read(page, { ifNoneMatch: base.etag })
      if (!protocol.mayReplaceDraft(base, parent)) return 'stale'
      condition = { ifMatch: found.known.etag ?? '' }
    } else condition = { ifAbsent: true }
    if (put.outcome === 'unknown') events.emit('problem', { page, error: put.error })
    // The first conflict has just told the right condition.
    if ((put.outcome === 'unknown' || retry > 1) && !(await pause(core, retry))) return 'stale'
  }
}
