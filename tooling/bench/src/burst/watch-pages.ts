import type { ObjectStore } from '@s3sched/store'

export interface PageWatch {
  readonly store: ObjectStore
  /** Counts PUTs from now on; the next one is the first of the burst. */
  readonly begin: () => void
  /** All actions have been called: from now on, each answer is examined for the end of all runs. */
  readonly seek: () => void
  /** Resolves when no page names a run under way. */
  readonly settled: Promise<void>
  /** Epoch ms, with fractions. */
  readonly times: { first: number; settled: number }
  readonly puts: () => number
}

/** A record with a run under way, in the text of a page. */
const UNDER_WAY = Buffer.from('"running":[{')

/** Watches the pages of job records on their way into a store. Until all actions were called, nothing is examined. */
export function watchPages(inner: ObjectStore): PageWatch {
  const times = { first: Infinity, settled: Infinity }
  const last = new Map<string, Uint8Array>()
  const busy = new Set<string>()
  let isSeeking = false
  let hasBegun = false
  let puts = 0
  let settle: () => void
  const settled = new Promise<void>((resolve) => (settle = resolve))
  const examine = (key: string, body: Uint8Array): void => {
    if (Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(UNDER_WAY)) busy.add(key)
    else busy.delete(key)
  }
  const store: ObjectStore = {
    ...inner,
    get: (key, options) => inner.get(key, options),
    delete: (keys, options) => inner.delete(keys, options),
    list: (prefix, options) => inner.list(prefix, options),
    close: () => inner.close(),
    async put(key, body, options) {
      if (hasBegun) {
        puts++
        times.first = Math.min(times.first, now())
      }
      const put = await inner.put(key, body, options)
      if (!/(?:^|\/)jobs\/pages\//.test(key) || put.outcome !== 'written') return put
      last.set(key, body)
      if (!isSeeking) return put
      examine(key, body)
      if (busy.size === 0 && times.settled === Infinity) {
        times.settled = now()
        settle()
      }
      return put
    },
  }
  return {
    store,
    begin: () => (hasBegun = true),
    seek: () => {
      isSeeking = true
      for (const [key, body] of last) examine(key, body)
    },
    settled,
    times,
    puts: () => puts,
  }
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
