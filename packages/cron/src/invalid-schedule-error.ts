import { hideConnections, S3SchedError } from '@s3sched/kernel'

/** The wrong part of a schedule. `expression` stands for the whole schedule. */
export type ScheduleField =
  | 'expression'
  | 'second'
  | 'minute'
  | 'hour'
  | 'dayOfMonth'
  | 'month'
  | 'dayOfWeek'
  | 'timezone'
  | 'interval'
  | 'offset'
  | 'at'
  | 'schedules'
  | 'rules'
  | 'from'
  | 'until'
  | 'exclude'
  | 'onExcluded'

/** The problem of a schedule, in pieces for a form to show beside its field. */
export interface ScheduleProblem {
  /** The written text; a description if the value was not a string. */
  readonly expression: string
  readonly field: ScheduleField
  /** The offending piece. */
  readonly value: string
  /** The correct form of the piece. */
  readonly expected: string
  /** Completes `'EXPRESSION': …`. */
  readonly reason: string
  /** The probable meaning, or the text to write instead. */
  readonly suggestion?: string | undefined
}

/** An unreadable schedule. Thrown at once, by the call that received the schedule. */
export class InvalidScheduleError extends S3SchedError<'INVALID_SCHEDULE'> {
  static override readonly kind: string = 'InvalidScheduleError'

  readonly expression: string
  readonly field: ScheduleField
  readonly value: string
  readonly expected: string

  constructor(problem: ScheduleProblem) {
    const { field, expected, suggestion } = problem
    // Hide before shortening: the remains of a cut secret look like any other text.
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
