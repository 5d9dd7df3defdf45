import { S3SchedError } from '@s3sched/kernel'
import { StoreError } from '@s3sched/store'
import { BrokenPipe, Interrupted } from './ending.ts'

/** The exit codes of a command without a signal. */
export const EXIT = {
  ok: 0,
  /** There is a problem to look at, or the command's task could not be done. */
  finding: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** The store can't be reached, or refuses. */
  store: 3,
  /** An unplanned error. */
  unexpected: 4,
} as const

/** The exit code of a command: one of {@link EXIT}, or 128 and the number of the signal that ended the command. */
export type ExitCode = number

const USAGE_CODES: ReadonlySet<string> = new Set([
  'USAGE',
  'INVALID_OPTIONS',
  'INVALID_ARGUMENT',
  'INVALID_CONNECTION',
  'INVALID_KEY',
  'INVALID_SCHEDULE',
  'INVALID_INSTANT',
  'INVALID_JOB',
  'INVALID_NAME',
])

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Interrupted) return error.exitCode
  if (error instanceof BrokenPipe) return 141
  if (!(error instanceof S3SchedError)) return EXIT.unexpected
  if (USAGE_CODES.has(error.code)) return EXIT.usage
  return error instanceof StoreError || error.code === 'STORE' ? EXIT.store : EXIT.finding
}
