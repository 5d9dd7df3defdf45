import { describe } from '@s3sched/kernel'
import { StoreError } from './store-error.ts'

/** S3's own limit, in UTF-8 bytes. */
const LONGEST_KEY = 1024

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * Refuses keys that a driver could not keep unchanged, or that could leave their place.
 * @throws {@link StoreError} `INVALID_KEY`
 */
export function checkKey(key: unknown): asserts key is string {
  const problem = objectKeyProblem(key)
  if (problem !== undefined) throw invalidKey('object key', key, problem)
}

/**
 * A prefix is a key's beginning; it may be empty and may end anywhere.
 * @throws {@link StoreError} `INVALID_KEY`
 */
export function checkPrefix(prefix: unknown): asserts prefix is string {
  if (prefix === '') return
  const problem = keyProblem(prefix, 'prefix')
  if (problem !== undefined) throw invalidKey('prefix', prefix, problem)
}

/** True if a call can name the object: other tools leave objects with other names. */
export function isKey(key: string): boolean {
  return objectKeyProblem(key) === undefined
}

function objectKeyProblem(key: unknown): string | undefined {
  return keyProblem(key, 'key') ?? ((key as string).endsWith('/') ? 'must not end with a slash' : undefined)
}

function keyProblem(key: unknown, noun: 'key' | 'prefix'): string | undefined {
  if (typeof key !== 'string') return 'must be a string'
  if (key === '') return 'must not be empty'
  if (key.startsWith('/')) return 'must not begin with a slash'
  if (Buffer.byteLength(key) > LONGEST_KEY) return `must not be longer than ${LONGEST_KEY} bytes`
  if (CONTROL.test(key)) return 'must not hold control characters'
  if (!key.isWellFormed()) return 'must be well-formed Unicode'
  const segments = key.split('/')
  if (noun === 'prefix') segments.pop()
  if (segments.some((segment) => segment === '.' || segment === '..')) return "must not have '.' or '..' as a segment"
  if (segments.slice(0, noun === 'key' ? -1 : undefined).includes('')) return 'must not have empty segments'
  return undefined
}

function invalidKey(noun: string, key: unknown, problem: string): StoreError {
  return new StoreError(`${noun} ${describe(key)} ${problem}`, {
    code: 'INVALID_KEY',
    suggestion: noun === 'prefix' ? "Write a prefix like 'my-app/'" : "Write a key like 'my-app/report.json'",
    context: { key },
  })
}
