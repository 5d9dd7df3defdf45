import { mapParallel, type Clock, type Random } from '@s3sched/kernel'
import { createLock, LockError, type LockInspection } from '@s3sched/lock'
import { listAll, type ObjectStore } from '@s3sched/store'

/** A lock in the bucket. */
export interface LockView {
  readonly name: string
  /** `silent`: the last renewal is older than the ttl, so any process may take the lock. */
  readonly state: 'free' | 'held' | 'silent' | 'unreadable'
  readonly holder: string | null
  readonly fence: number | null
  readonly ttlMs: number | null
  /** By the store's clock, ms. */
  readonly heldMs: number | null
  readonly renewedMs: number | null
  /** The reason why the lock can't be read, or advice. */
  readonly note: string | null
}

const PREFIX = 'locks/'
const SUFFIX = '.json'
const AT_ONCE = 16
const NOTHING = { holder: null, fence: null, ttlMs: null, heldMs: null, renewedMs: null, note: null }

/** All locks: 1 LIST, and 1 GET each. Takes no lock. */
export async function readLocks(
  store: ObjectStore,
  { clock, random, signal }: { readonly clock: Clock; readonly random: Random; readonly signal: AbortSignal },
): Promise<LockView[]> {
  const objects = await listAll(store, PREFIX, { signal })
  const names = objects
    .filter(({ key }) => key.endsWith(SUFFIX))
    .map(({ key }) => key.slice(PREFIX.length, -SUFFIX.length))
  const views = await mapParallel(names, AT_ONCE, async (name): Promise<LockView | undefined> => {
    try {
      return viewLock(name, await createLock(store, name, { clock, random }).inspect())
    } catch (error) {
      if (!(error instanceof LockError)) throw error
      return { ...NOTHING, name, state: 'unreadable', note: error.message }
    }
  })
  return views.filter((view) => view !== undefined)
}

function viewLock(name: string, found: LockInspection): LockView | undefined {
  switch (found.state) {
    case 'missing':
      return undefined // the lock was deleted after the LIST
    case 'free':
      return { ...NOTHING, name, state: 'free', fence: found.fence }
    case 'unreadable':
      return { ...NOTHING, name, state: 'unreadable', note: `${found.problem}; ${found.repair}` }
    case 'held': {
      const { by: holder, fence, isGone, renewedMs, sinceMs: heldMs, ttlMs } = found
      const isSilent = isGone || renewedMs > ttlMs
      const note = isSilent ? 'its holder is gone; the next one takes it' : null
      return { name, state: isSilent ? 'silent' : 'held', holder, fence, ttlMs, heldMs, renewedMs, note }
    }
  }
}
