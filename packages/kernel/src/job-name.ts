import { KEY_NAME } from './key-name.ts'

/** The expected value in errors about the name of a job. */
export const JOB_NAME_EXPECTED = 'a job name of 1 to 128 characters, without control characters and without a password'

const LONGEST = 128

/**
 * Control characters, line separators, and characters that turn the direction of text. A name stands in lines of logs
 * and on terminals, where such a character could rewrite other text.
 */
const UNSAFE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u

/** A connection string in the place of a name would show its secret in each line about the job. */
const SECRET = /(?::\/|\/\/)\S*:\S*@/

/**
 * True for any text of 1 to 128 characters (code points) that shows what the text says. The text may hold `/`, spaces
 * and dots: keys and addresses hold the escaped name (`name-escapes`), never the name itself.
 */
export function isJobName(value: unknown): value is string {
  if (typeof value !== 'string') return false
  // Most names are plain, and the name of each run in a segment is checked.
  if (KEY_NAME.test(value)) return true
  if (value === '' || value.length > 2 * LONGEST || !value.isWellFormed()) return false
  return (value.length <= LONGEST || Array.from(value).length <= LONGEST) && !UNSAFE.test(value) && !SECRET.test(value)
}
