import { mapParallel } from '@s3sched/kernel'
import { REQUESTS_AT_ONCE } from '../run-scan.ts'
import type { RunChunk } from './run-chunk.ts'

interface Head {
  readonly lane: AsyncGenerator<RunChunk>
  chunk: RunChunk | undefined
}

/** The chunks of many lanes, by falling `newest`. */
export class ChunkQueue {
  readonly #heads: Head[]

  private constructor(heads: Head[]) {
    this.#heads = heads
  }

  /** Asks each lane for the first chunk. */
  static async open(lanes: readonly AsyncGenerator<RunChunk>[]): Promise<ChunkQueue> {
    const heads = await mapParallel(lanes, REQUESTS_AT_ONCE, async (lane) => ({ lane, chunk: await nextOf(lane) }))
    return new ChunkQueue(heads.filter(({ chunk }) => chunk !== undefined))
  }

  /** The next chunk, which stays in the queue. */
  get first(): RunChunk | undefined {
    return this.#firstHead()?.chunk
  }

  /** Takes the next chunk out of the queue. */
  async take(): Promise<RunChunk | undefined> {
    const head = this.#firstHead()
    const chunk = head?.chunk
    if (head === undefined) return undefined
    head.chunk = await nextOf(head.lane)
    if (head.chunk === undefined) this.#heads.splice(this.#heads.indexOf(head), 1)
    return chunk
  }

  #firstHead(): Head | undefined {
    let first: Head | undefined
    for (const head of this.#heads) {
      if (first === undefined || (head.chunk?.newest ?? 0) > (first.chunk?.newest ?? 0)) first = head
    }
    return first
  }
}

async function nextOf(lane: AsyncGenerator<RunChunk>): Promise<RunChunk | undefined> {
  const next = await lane.next()
  return next.done === true ? undefined : next.value
}
