import { hideConnections, S3SchedError } from '@s3sched/kernel'

/** The part of a schedule that is wrong. `expression` stands for the whole of it. */
export type ScheduleField =
  'expression' | 'second' | 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek' | 'timezone' | 'interval' | 'at'

/** What is wrong with a schedule, in pieces that a form can show beside its field. */
export interface ScheduleProblem {
  /** What was written; a description of it when it was not a string. */
  readonly expression: string
  readonly field: ScheduleField
  /** The offending piece. */
  readonly value: string
  /** What would have been right there. */
  readonly expected: string
  /** Completes `'EXPRESSION': …`. */
  readonly reason: string
  /** What was probably meant, or what to write instead. */
  readonly suggestion?: string | undefined
}

/** A schedule that can't be read. Thrown at once, by the call that was given it. */
export class InvalidScheduleError extends S3SchedError<'INVALID_SCHEDULE'> {
  static override readonly kind: string = 'InvalidScheduleError'

  readonly expression: string
  readonly field: ScheduleField
  readonly value: string
  readonly expected: string

  constructor(problem: ScheduleProblem) {
    const { field, expected, suggestion } = problem
    // Hidden before it is shortened: what is cut can't be told from other text.
    const expression = hideConnections(problem.expression)
    const value = hideConnections(problem.value)
    super(`${quoted(expression)}: ${problem.reason}`, {
      code: 'INVALID_SCHEDULE',
      context: { expression: shortened(expression), field, value: shortened(value), expected },
      ...(suggestion === undefined ? {} : { suggestion }),
    })
    this.expression = expression
    this.field = field
    this.value = value
    this.expected = expected
  }
}

const LONGEST = 80

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** A piece of user input on one line of a message: single quotes, control characters escaped, at most 80 characters. */
export function quoted(text: string): string {
  const escaped = shortened(text).replace(/[\p{Cc}\u2028\u2029]/gu, (character) =>
    JSON.stringify(character).slice(1, -1),
  )
  return `'${escaped}'`
}
