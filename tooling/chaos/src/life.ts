/** One process of the fleet, from its start to its end. Instants are epoch ms. */
export interface Life {
  readonly id: string
  readonly workerId: string
  readonly from: number
  /** `undefined` while it goes on. */
  to: number | undefined
  /** How it ended; `crash` is one that nobody asked for. */
  end: 'kill' | 'stop' | 'no-start' | 'crash' | undefined
  /** From SIGSTOP to SIGCONT. */
  readonly pauses: { readonly from: number; to: number }[]
}

/** Whether the process stood still at any moment between the two instants. */
export function wasPaused(life: Life, from: number, to: number): boolean {
  return life.pauses.some((pause) => pause.from <= to && from <= pause.to)
}
