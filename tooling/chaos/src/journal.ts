import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** An action was called. Instants are epoch ms by the machine's one clock. */
export interface ActionStart {
  readonly kind: 'start'
  /** The process: the worker's name and the number of its earlier starts. */
  readonly life: string
  readonly job: string
  readonly tick: number
  readonly runId: string
  readonly attempt: number
  readonly fence: number
  readonly epoch: number | null
  readonly at: number
}

/** An action returned or threw. */
export interface ActionEnd {
  readonly kind: 'end'
  readonly life: string
  readonly job: string
  readonly runId: string
  readonly attempt: number
  readonly hasThrown: boolean
  readonly at: number
}

export interface Promotion {
  readonly kind: 'leads'
  readonly life: string
  readonly epoch: number
  readonly at: number
}

export type JournalEntry = ActionStart | ActionEnd | Promotion

export interface Journal {
  readonly write: (entry: JournalEntry) => void
  readonly close: () => void
}

/**
 * The real events, written by the actions themselves outside of the bucket: all processes append to one file. Each line
 * is one write, on the disk before the action goes on, so no SIGKILL can undo the line.
 */
export function openJournal(path: string): Journal {
  const file = openSync(path, 'a')
  return {
    write: (entry) => {
      writeSync(file, `${JSON.stringify(entry)}\n`)
      fsyncSync(file)
    },
    close: () => closeSync(file),
  }
}

/** @throws SyntaxError for an invalid line: an unreadable journal must not pass for a short journal */
export function readJournal(path: string): JournalEntry[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalEntry)
}
