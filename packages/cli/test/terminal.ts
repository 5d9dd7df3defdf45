import { createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { Clock } from '@s3sched/kernel'
import { inspectBucket, openStore, type ObjectStore } from '@s3sched/store'
import { runCli, type Io, type Out } from '../src/index.ts'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface TerminalOptions {
  readonly clock: Clock
  /** What every connection string opens; without one, it is opened. */
  readonly store?: ObjectStore
  /** As if a person looked at a terminal of this width. */
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Folders in the working directory. @default none */
  readonly folders?: readonly string[]
  /** Called with everything that is written to standard output. */
  readonly onWrite?: (text: string) => void
}

/** One for all commands of a test file: two commands that draw the same would write the same nonces. */
const random = createSeededRandom(9)

/** Runs one command line in this process. */
export async function runWords(words: readonly string[], options: TerminalOptions): Promise<Ended> {
  const written = { stdout: '', stderr: '' }
  const out = (name: 'stdout' | 'stderr'): Out => ({
    isTerminal: options.columns !== undefined,
    columns: options.columns ?? Infinity,
    rows: options.columns === undefined ? Infinity : 24,
    write: async (part) => {
      // A character for each byte.
      const text = typeof part === 'string' ? part : Buffer.from(part).toString('latin1')
      written[name] += text
      if (name === 'stdout') options.onWrite?.(text)
    },
  })
  const { clock, folders = [], signal = new AbortController().signal, store } = options
  const io: Io = {
    stdout: out('stdout'),
    stderr: out('stderr'),
    readStdin: async () => '',
    env: options.env ?? {},
    clock,
    random,
    signal,
    hasFolder: (name) => folders.includes(name),
    inspectBucket: store === undefined ? inspectBucket : async () => undefined,
    // One that many commands share must not be closed by the first of them.
    openStore: (connection) =>
      store === undefined ? openStore(connection, { clock }) : { ...store, close: async () => {} },
  }
  const code = await runCli(words, io)
  return { code, ...written }
}

/** The same, for a command that waits: time is moved until it ends. */
export async function runWhile(clock: ManualClock, work: Promise<Ended>): Promise<Ended> {
  const state = { isOver: false }
  void work.finally(() => void (state.isOver = true))
  for (let waited = 0; !state.isOver; waited += 500) {
    if (waited > 1_800_000) throw new Error('the command did not end in 30 minutes')
    await clock.advance(500)
  }
  return work
}

/** Ids are drawn by chance, and in another order with each change of the scheduler: what is compared must not hold them. */
export function withoutIds(text: string): string {
  return text.replaceAll(/(?<![\w-])[\w-]{22}(?![\w-])/g, '0123456789012345678901')
}
