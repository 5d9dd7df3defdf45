import type { Clock } from '@s3sched/kernel'
import { decodeDocument, type Fields, type ObjectStore } from '@s3sched/store'

/** A change of the bucket, noted at the bucket. */
export interface Change {
  /** Real time, ms since the beginning. */
  readonly at: number
  /** The process that made the change. */
  readonly client: string
  readonly key: string
  readonly kind: 'put' | 'delete'
  /** The written document; `undefined` for a deletion, and for a body that is no document. */
  readonly fields: Fields | undefined
}

/** The client name for changes past every scheduler. */
export const BY_HAND = 'by hand'

/** All changes of a bucket, in the bucket's order: the evidence for the checkers. */
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

  /** The bucket for a client: each change is noted under the client's name. */
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
