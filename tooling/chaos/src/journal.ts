import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** An action was called. Instants are epoch ms by the machine's one clock. */
export interface ActionStart {
  readonly kind: 'start'
  /** Which process: the worker's name and how often it was started before. */
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
 * What really happened, by the word of the actions themselves and outside of the bucket: one file that all processes append
 * to. Each line is one write, on the disk before the action goes on, so that no SIGKILL can take it back.
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

/** @throws SyntaxError for a line that is no entry: a journal that can't be read must not pass for one that says little */
export function readJournal(path: string): JournalEntry[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalEntry)
}
