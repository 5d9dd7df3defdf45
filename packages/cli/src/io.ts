import type { Clock, Random } from '@s3sched/kernel'
import type { inspectBucket, ObjectStore } from '@s3sched/store'

/** Where text goes. */
export interface Out {
  /** Whether a person looks at it: colours, tables cut to its width, progress. */
  readonly isTerminal: boolean
  /** Characters in a line; `Infinity` where nobody looks. */
  readonly columns: number
  /** Resolves when the text is handed over. @throws BrokenPipe when nobody reads any more */
  write(text: string): Promise<void>
}

/** Everything outside of the program that a command may touch. */
export interface Io {
  readonly stdout: Out
  readonly stderr: Out
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly random: Random
  /** Aborts when the user has had enough; its reason is the error to end with. */
  readonly signal: AbortSignal
  readonly openStore: (connection: string) => ObjectStore
  readonly inspectBucket: typeof inspectBucket
}
