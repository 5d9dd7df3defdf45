import { S3SchedError } from '@s3sched/kernel'

/** The user's words can't be understood; no request was sent. */
export class UsageError extends S3SchedError<'USAGE'> {
  static override readonly kind: string = 'UsageError'

  constructor(message: string, suggestion?: string) {
    super(message, { code: 'USAGE', ...(suggestion === undefined ? {} : { suggestion }) })
  }
}

/** Nobody reads the output any more: a silent end. */
export class BrokenPipe extends S3SchedError<'BROKEN_PIPE'> {
  static override readonly kind: string = 'BrokenPipe'

  constructor() {
    super('the output was closed', { code: 'BROKEN_PIPE' })
  }
}

/** The output can't be written, such as to a full disk. */
export class OutputError extends S3SchedError<'OUTPUT'> {
  static override readonly kind: string = 'OutputError'

  constructor(cause: Error) {
    const suggestion = 'Free space where the output goes, or write it elsewhere'
    super(`the output can't be written: ${cause.message}`, { code: 'OUTPUT', suggestion, cause })
  }
}

/** A signal told the program to end. */
export class Interrupted extends S3SchedError<'INTERRUPTED'> {
  static override readonly kind: string = 'Interrupted'
  readonly exitCode: number

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super('interrupted', { code: 'INTERRUPTED', context: { signal } })
    this.exitCode = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal]
  }
}
