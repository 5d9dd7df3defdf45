import type { RecordCache } from '@s3sched/jobs'

type Listing = ReturnType<RecordCache['list']>

/**
 * A shared list of the jobs, for all promotions of a process's shards at the same time. Each answer is of a LIST sent
 * after the call: a listing already under way is too old for a new caller, and all waiting callers share the next
 * listing.
 */
export class SharedList {
  readonly #list: (signal: AbortSignal) => Listing
  #running: Promise<unknown> | undefined
  #next: Listing | undefined

  constructor(list: (signal: AbortSignal) => Listing) {
    this.#list = list
  }

  list(signal: AbortSignal): Listing {
    if (this.#next !== undefined) return this.#next
    if (this.#running === undefined) return this.#begin(signal)
    const next = (this.#next = this.#running.then(() => {
      this.#next = undefined
      return this.#begin(signal)
    }))
    return next
  }

  async #untilOver(listing: Listing): Promise<void> {
    await listing.catch(() => undefined) // the caller gets the error, and asks again
    this.#running = undefined
  }

  #begin(signal: AbortSignal): Listing {
    const listing = this.#list(signal)
    const running = this.#untilOver(listing)
    this.#running = running
    return listing
  }
}
