import type { Clock } from '@s3sched/kernel'
import { decodeDocument, type Fields, type ObjectStore } from '@s3sched/store'

/** One change of the bucket, as the bucket saw it. */
export interface Change {
  /** Real time, ms since the beginning. */
  readonly at: number
  /** The process that asked for it. */
  readonly client: string
  readonly key: string
  readonly kind: 'put' | 'delete'
  /** What was written; `undefined` when it was no document, or nothing. */
  readonly fields: Fields | undefined
}

/** Who changes the bucket past every scheduler. */
export const BY_HAND = 'by hand'

/** Everything that was changed in one bucket, in the order in which the bucket changed: what the checkers go by. */
export class Ledger {
  readonly changes: Change[] = []
  readonly #clock: Clock
  readonly #inner: ObjectStore
  readonly #onChange: (change: Change) => void

  constructor(inner: ObjectStore, clock: Clock, onChange: (change: Change) => void = () => {}) {
    this.#inner = inner
    this.#clock = clock
    this.#onChange = onChange
  }

  /** The bucket as one process asks it. */
  as(client: string): ObjectStore {
    const inner = this.#inner
    return {
      ...inner,
      put: async (key, body, options) => {
        const put = await inner.put(key, body, options)
        if (put.outcome === 'written') {
          const decoded = decodeDocument(body)
          this.#note(client, key, 'put', decoded.outcome === 'found' ? decoded.fields : undefined)
        }
        return put
      },
      delete: async (keys, options) => {
        await inner.delete(keys, options)
        for (const key of typeof keys === 'string' ? [keys] : keys) this.#note(client, key, 'delete', undefined)
      },
    }
  }

  #note(client: string, key: string, kind: Change['kind'], fields: Fields | undefined): void {
    const change = { at: this.#clock.monotonic(), client, key, kind, fields }
    this.changes.push(change)
    this.#onChange(change)
  }
}
