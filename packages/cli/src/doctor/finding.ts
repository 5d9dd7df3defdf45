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

/** An error as a finding, with the error's own suggestion where there is one. */
export function problemOf(check: Finding['check'], error: S3SchedError, advice: string): Finding {
  const { message, suggestion } = error
  if (suggestion === undefined) return { check, level: 'problem', message, advice }
  return { check, level: 'problem', message: message.slice(0, -`. ${suggestion}`.length), advice: suggestion }
}
