import { mapParallel } from '@s3sched/kernel'
import { NewestFirst } from './newest-first.ts'
import { REQUESTS_AT_ONCE } from './requests-at-once.ts'
import type { RunChunk } from './run-chunk.ts'
import type { ShortTurns } from './short-turns.ts'

interface Head {
  readonly lane: AsyncGenerator<RunChunk>
  chunk: RunChunk
}

/** The chunks of many lanes, by falling `newest`. */
export class ChunkQueue {
  readonly #heads = new NewestFirst<Head>(({ chunk }) => chunk.newest)

  private constructor() {}

  /** Asks each lane for the first chunk. */
  static async open(
    lanes: readonly AsyncGenerator<RunChunk>[],
    turns: ShortTurns,
    signal: AbortSignal | undefined,
  ): Promise<ChunkQueue> {
    const queue = new ChunkQueue()
    await mapParallel(lanes, REQUESTS_AT_ONCE, async (lane) => {
      if (turns.isOver) await turns.next(signal)
      const chunk = await nextOf(lane)
      if (chunk !== undefined) queue.#heads.add({ lane, chunk })
    })
    return queue
  }

  /** The next chunk, which stays in the queue. */
  get first(): RunChunk | undefined {
    return this.#heads.first?.chunk
  }

  /** Takes the next chunk out of the queue. */
  async take(): Promise<RunChunk | undefined> {
    const head = this.#heads.first
    if (head === undefined) return undefined
    const { chunk } = head
    const next = await nextOf(head.lane)
    if (next === undefined) this.#heads.removeFirst()
    else {
      head.chunk = next
      this.#heads.sinkFirst()
    }
    return chunk
  }
}

async function nextOf(lane: AsyncGenerator<RunChunk>): Promise<RunChunk | undefined> {
  const next = await lane.next()
  return next.done === true ? undefined : next.value
}
