/**
 * Numbers the calls and the requests of one process in their order. A state of a page, requested after a call, is new
 * enough to refuse the call. A clock can't tell, since two moments may have the same reading.
 */
export class CallOrder {
  #last = 0

  next(): number {
    return ++this.#last
  }
}
