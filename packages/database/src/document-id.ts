import { describe } from '@s3sched/kernel'
import { DatabaseError } from './database-error.ts'

/** Longest escaped id, bytes. Leaves room for the rest of a key in S3's 1,024, and in the 255 of a file name. */
const LONGEST_ID = 200

/**
 * Turns an id into one segment of a key. All characters except `A-Z a-z 0-9 _ -` are escaped, including the dot, so
 * that no id can be a path, name a parent folder, or be mistaken for the ending of the key.
 *
 * @throws {@link DatabaseError} `INVALID_ID`
 */
export function idToSegment(id: unknown): string {
  if (typeof id !== 'string' || id === '' || !id.isWellFormed()) {
    throw invalidId(id, 'must be a string of well-formed Unicode that is not empty')
  }
  const segment = escapeSegment(id)
  if (segment.length > LONGEST_ID)
    throw invalidId(id, `must not be longer than ${LONGEST_ID} bytes in its escaped form`)
  return segment
}

/** The reverse of {@link idToSegment}; `undefined` for a segment without an id. */
export function segmentToId(segment: string): string | undefined {
  let id: string
  try {
    id = decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
  return id !== '' && escapeSegment(id) === segment ? id : undefined
}

/** Any well-formed text as a part of a key: percent-encoded, even where a URL would not need encoding. */
export function escapeSegment(text: string): string {
  return encodeURIComponent(text).replace(/[.!~*'()]/g, (character) => `%${hex(character)}`)
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase()
}

function invalidId(id: unknown, problem: string): DatabaseError {
  return new DatabaseError(`document id ${describe(id)} ${problem}`, {
    code: 'INVALID_ID',
    suggestion: 'Pass the id as a string, such as the one that insert() returned',
    context: { id },
  })
}
