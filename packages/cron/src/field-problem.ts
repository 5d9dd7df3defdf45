import { nameAdvice } from '@s3sched/kernel'
import type { Field } from './field.ts'
import { InvalidScheduleError, quoted } from './invalid-schedule-error.ts'

/** The position of a reader in an expression, for messages. */
export interface Place {
  readonly expression: string
  readonly field: Field
}

/** Makes the error for `value` in a field; `reason` completes the sentence that begins with the field's name. */
export function fieldProblem(
  place: Place,
  value: string,
  reason: string,
  hint: { readonly expected?: string; readonly suggestion?: string | undefined } = {},
): InvalidScheduleError {
  return new InvalidScheduleError({
    expression: place.expression,
    field: place.field.id,
    value,
    expected: hint.expected ?? expectation(place.field),
    reason: `${place.field.label} ${reason}`,
    suggestion: hint.suggestion,
  })
}

function expectation(field: Field): string {
  const names = field.names.length > 0 ? ` or ${field.names[0]}-${field.names.at(-1)}` : ''
  return `${field.min}-${field.maxWritten}${names}`
}

/**
 * A single number or name of a field.
 *
 * @throws InvalidScheduleError for any other text, or outside the field's range.
 */
export function readValue(place: Place, text: string): number {
  const { field } = place
  if (/^\d+$/.test(text)) {
    const value = Number(text)
    if (value >= field.min && value <= field.maxWritten) return value
    throw fieldProblem(place, text, `${shortNumber(text)} is outside ${field.min}-${field.maxWritten}`)
  }
  const named = field.spellings.get(text.toLowerCase())
  if (named !== undefined) return named
  throw unreadable(place, text)
}

function shortNumber(digits: string): string {
  return digits.length > 12 ? `${digits.slice(0, 12)}…` : digits
}

/** The error for unreadable text. */
export function unreadable(place: Place, text: string): InvalidScheduleError {
  const word = /^[a-z]{2,12}$/i.test(text) ? text.slice(0, 3) : undefined
  return fieldProblem(place, text, `${quoted(text)} is not understood`, {
    suggestion: nameAdvice(word, place.field.names, `Expected ${expectation(place.field)}`),
  })
}
