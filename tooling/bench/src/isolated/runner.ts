/** The result of `action.mjs`. */
export interface Began {
  /** Epoch ms, with a fraction. */
  readonly at: number
  readonly pid: number
}

/** A way to run the action: each call resolves when its run is over. */
export interface Runner {
  readonly run: (index: number) => Promise<Began>
  readonly stop: () => Promise<void>
}

export type RunnerName =
  | 'in process'
  | 'thread'
  | 'process'
  | 'Bree'
  | 'BullMQ, thread'
  | 'BullMQ, process'
  | 'BullMQ, in process'

export const ACTION: URL = new URL('action.mjs', import.meta.url)
