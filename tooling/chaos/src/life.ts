/** One process of the fleet, from start to end. Instants are epoch ms. */
export interface Life {
  readonly id: string
  readonly workerId: string
  readonly from: number
  /** `undefined` while the process goes on. */
  to: number | undefined
  /** The kind of end; `crash` is an end without a command. */
  end: 'kill' | 'stop' | 'no-start' | 'crash' | undefined
  /** From SIGSTOP to SIGCONT. */
  readonly pauses: { readonly from: number; to: number }[]
}

/** True when the process stood still at any moment between the two instants. */
export function wasPaused(life: Life, from: number, to: number): boolean {
  return life.pauses.some((pause) => pause.from <= to && from <= pause.to)
}
