import { createHash } from 'node:crypto'
import { systemClock, type Clock } from '@s3sched/kernel'
import { checkBody } from './body-limit.ts'
import { checkKey, checkPrefix } from './object-key.ts'
import type { GetResult, ListedObject, ListPage, ObjectStore, PutResult } from './object-store.ts'
import { isMet } from './put-condition.ts'
import { StoreError } from './store-error.ts'

interface Entry {
  readonly body: Uint8Array
  readonly etag: string
  readonly lastModified: number
}

/** As many objects as S3 puts into one page. */
const PAGE = 1000

export interface MemoryStoreOptions {
  /** Gives `serverTime` and `lastModified`. @default the system clock */
  readonly clock?: Clock
  /** Shown in {@link ObjectStore.description}. @default 'memory' */
  readonly name?: string
}

/** A store in this process's memory with the semantics of S3, for tests and trials. It is gone with the process. */
export function createMemoryStore(options: MemoryStoreOptions = {}): ObjectStore {
  return createMemoryClient(new Map(), options)
}

const namedStores = new Map<string, Map<string, Entry>>()

/** The store `memory://name`: all who open the same name in one process share the objects. Closing it keeps them. */
export function openNamedMemoryStore(name: string, { clock }: { readonly clock?: Clock } = {}): ObjectStore {
  let objects = namedStores.get(name)
  if (objects === undefined) namedStores.set(name, (objects = new Map()))
  return createMemoryClient(objects, { name: `memory://${name}`, ...(clock === undefined ? {} : { clock }) })
}

function createMemoryClient(objects: Map<string, Entry>, options: MemoryStoreOptions): ObjectStore {
  const { clock = systemClock, name = 'memory' } = options
  let closed = false
  const check = (signal: AbortSignal | undefined): void => {
    if (closed) throw new StoreError(`store ${name} is closed`, { code: 'CLOSED' })
    signal?.throwIfAborted()
  }
  return {
    description: name,
    async get(key, { ifNoneMatch, signal } = {}): Promise<GetResult> {
      checkKey(key)
      check(signal)
      const serverTime = clock.now()
      const entry = objects.get(key)
      if (entry === undefined) return { outcome: 'missing', serverTime }
      if (entry.etag === ifNoneMatch) return { outcome: 'unchanged', serverTime }
      return { outcome: 'found', ...entry, body: entry.body.slice(), serverTime }
    },
    async put(key, body, { condition, signal } = {}): Promise<PutResult> {
      checkKey(key)
      checkBody(key, body)
      check(signal)
      const serverTime = clock.now()
      if (!isMet(condition, objects.get(key)?.etag)) return { outcome: 'conflict', serverTime }
      const etag = `"${createHash('md5').update(body).digest('hex')}"`
      objects.set(key, { body: body.slice(), etag, lastModified: serverTime })
      return { outcome: 'written', etag, serverTime }
    },
    async delete(keys, { signal } = {}): Promise<void> {
      const each = typeof keys === 'string' ? [keys] : keys
      for (const key of each) checkKey(key)
      check(signal)
      for (const key of each) objects.delete(key)
    },
    async *list(prefix, { startAfter = '', limit = Infinity, signal } = {}): AsyncGenerator<ListPage> {
      checkPrefix(prefix)
      let after = startAfter
      let left = limit
      for (;;) {
        check(signal)
        const page = pageOf(objects, prefix, after, Math.min(PAGE, left))
        yield { objects: page.objects, serverTime: clock.now() }
        left -= page.objects.length
        const last = page.objects.at(-1)
        if (!page.more || last === undefined || left <= 0) return
        after = last.key
      }
    },
    async close() {
      closed = true
    },
  }
}

function pageOf(
  objects: Map<string, Entry>,
  prefix: string,
  after: string,
  limit: number,
): { objects: ListedObject[]; more: boolean } {
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(prefix) && compareKeys(key, after) > 0)
    .toSorted(compareKeys)
  const listed = keys.slice(0, limit).map((key): ListedObject => {
    const { etag, lastModified, body } = objects.get(key) as Entry
    return { key, etag, lastModified, size: body.byteLength }
  })
  return { objects: listed, more: keys.length > limit }
}

/** The order of the UTF-8 bytes, as S3 lists; it differs from the order of strings above U+D7FF. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
