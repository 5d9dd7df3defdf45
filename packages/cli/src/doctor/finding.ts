import type { S3SchedError } from '@s3sched/kernel'

/** One result of the doctor. */
export interface Finding {
  /** Stable, for scripts. */
  readonly check:
    | 'reach'
    | 'right-list'
    | 'right-write'
    | 'versions'
    | 'right-read'
    | 'right-delete'
    | 'rights-beyond'
    | 'conditional-writes'
    | 'clock'
    | 'layout'
    | 'pages'
    | 'fleet'
    | 'leftovers'
  /** `notice`: fine, but worth knowing. `problem`: somebody should act. */
  readonly level: 'ok' | 'notice' | 'problem'
  readonly message: string
  /** The advised action; `null` for none. */
  readonly advice: string | null
}

export function ok(check: Finding['check'], message: string): Finding {
  return { check, level: 'ok', message, advice: null }
}

/** An error as a finding, with the error's own suggestion as the advice. */
export function problemOf(check: Finding['check'], { problem, suggestion }: S3SchedError): Finding {
  return { check, level: 'problem', message: problem, advice: suggestion ?? null }
}
