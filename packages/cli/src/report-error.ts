import { inspect } from 'node:util'
import { messageOf, S3SchedError } from '@s3sched/kernel'
import { BrokenPipe } from './ending.ts'
import { EXIT, exitCodeOf, type ExitCode } from './exit-code.ts'
import { hideSecrets } from './hide-secrets.ts'
import type { Io } from './io.ts'
import { CLEAR_LINE } from './output/progress.ts'
import { plainJson, plainLines, plainText } from './output/plain-text.ts'

export interface ErrorForm {
  readonly json: boolean
  readonly debug: boolean
  /** The connection whose secrets must not be shown. */
  readonly connection: string | undefined
}

/** Prints the error in one line on standard error. @returns the exit code */
export async function reportError(io: Io, error: unknown, { connection, debug, json }: ErrorForm): Promise<ExitCode> {
  const exitCode = exitCodeOf(error)
  if (error instanceof BrokenPipe) return exitCode
  const message = hideSecrets(messageOf(error), connection)
  const code = error instanceof S3SchedError ? error.code : 'UNEXPECTED'
  const advice = error instanceof S3SchedError ? error.suggestion : undefined
  const suggestion = advice === undefined ? undefined : hideSecrets(advice, connection)
  const lines = [
    json ? plainJson({ v: 1, error: { code, message, suggestion, exitCode } }) : `s3sched: ${plainText(message)}`,
  ]
  if (debug) lines.push(plainLines(hideSecrets(inspect(error), connection)))
  else if (exitCode === EXIT.unexpected && !json) lines.push('  This should not happen; --debug shows where it did')
  // After Ctrl-C during a wait, the label of the wait may still stand in the line.
  const start = io.stderr.isTerminal ? CLEAR_LINE : ''
  try {
    await io.stderr.write(`${start}${lines.join('\n')}\n`)
  } catch (failure) {
    // The terminal itself is gone: only the exit code can tell of the error.
    if (!(failure instanceof BrokenPipe)) throw failure
  }
  return exitCode
}
