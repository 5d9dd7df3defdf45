import { describeShape } from './describe-shape.ts'
import { S3SchedError } from './error.ts'

/**
 * The error of a function whose argument is of a wrong kind. The error tells the shape of the argument, and no text: the
 * argument may hold a secret.
 * @param subject - the name of the function
 * @param expected - completes "expected …"
 */
export function wrongArgument(subject: string, expected: string, given: unknown): S3SchedError {
  return new S3SchedError(`${subject}: expected ${expected}, got ${describeShape(given)}`, { code: 'INVALID_ARGUMENT' })
}
