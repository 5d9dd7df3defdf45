import type { Clock, Random } from '@s3sched/kernel'
import type { inspectBucket, ObjectStore } from '@s3sched/store'

/** An output stream. */
export interface Out {
  /** True for a person's terminal: colours, tables cut to the terminal's width, progress. */
  readonly isTerminal: boolean
  /** Characters in a line; `Infinity` without a terminal. */
  readonly columns: number
  /** Lines of the screen; `Infinity` without a terminal. */
  readonly rows: number
  /** Resolves when the text is handed over. @throws BrokenPipe when nobody reads any more */
  write(text: string | Uint8Array): Promise<void>
}

/** The outside world for a command. */
export interface Io {
  readonly stdout: Out
  readonly stderr: Out
  /** All of the standard input, as text. @throws the reason of `signal` */
  readonly readStdin: () => Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly random: Random
  /** Aborts on a signal of the user; the reason is the error to end with. */
  readonly signal: AbortSignal
  /** True for a folder in the working directory. */
  readonly hasFolder: (name: string) => boolean
  /** Opens the store of an address. */
  readonly openStore: (connection: string) => ObjectStore
  /** Reads the settings of a bucket, for `doctor`. */
  readonly inspectBucket: typeof inspectBucket
}
