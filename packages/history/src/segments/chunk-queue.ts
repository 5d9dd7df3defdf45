import { mapParallel } from '@s3sched/kernel'
import { NewestFirst } from './newest-first.ts'
import { REQUESTS_AT_ONCE } from './requests-at-once.ts'
import type { Lane, LaterChunks, RunChunk } from './run-chunk.ts'
import type { ShortTurns } from './short-turns.ts'

interface Head {
  readonly lane: Lane
  chunk: RunChunk | LaterChunks
}

/** The chunks of many lanes, by falling `newest`. */
export class ChunkQueue {
  readonly #heads = new NewestFirst<Head>(({ chunk }) => chunk.newest)

  private constructor() {}

  /** Asks each lane for the first chunk. */
  static async open(lanes: readonly Lane[], turns: ShortTurns, signal: AbortSignal | undefined): Promise<ChunkQueue> {
    const queue = new ChunkQueue()
    await mapParallel(lanes, REQUESTS_AT_ONCE, async (lane) => {
      if (turns.isOver) await turns.next(signal)
      const chunk = await nextOf(lane)
      if (chunk !== undefined) queue.#heads.add({ lane, chunk })
    })
    return queue
  }

  /** No chunk in the queue has a run after this instant; `undefined` for an empty queue. */
  get newest(): number | undefined {
    return this.#heads.first?.chunk.newest
  }

  /** True when a request must name the next chunk. */
  get isLater(): boolean {
    const chunk = this.#heads.first?.chunk
    return chunk !== undefined && 'isLater' in chunk
  }

  /** Takes the next chunk out of the queue. */
  async take(): Promise<RunChunk | undefined> {
    for (let head = this.#heads.first; head !== undefined; head = this.#heads.first) {
      const { chunk } = head
      const next = await nextOf(head.lane)
      if (next === undefined) this.#heads.removeFirst()
      else {
        head.chunk = next
        this.#heads.sinkFirst()
      }
      if (!('isLater' in chunk)) return chunk
    }
    return undefined
  }
}

async function nextOf(lane: Lane): Promise<RunChunk | LaterChunks | undefined> {
  const next = await lane.next()
  return next.done === true ? undefined : next.value
}
