import { describeShape } from './describe-shape.ts'
import { S3SchedError } from './error.ts'

/**
 * The error of a function whose argument is of a wrong kind. The error tells the shape of the argument, and no text: the
 * argument may hold a secret.
 * @param subject - the name of the function
 * @param expected - completes "expected …"
 * @param suggestion - the remedy, in one sentence, where the expectation does not say it
 */
export function wrongArgument(subject: string, expected: string, given: unknown, suggestion?: string): S3SchedError {
  return new S3SchedError(`${subject}: expected ${expected}, got ${describeShape(given)}`, {
    code: 'INVALID_ARGUMENT',
    ...(suggestion !== undefined && { suggestion }),
  })
}
