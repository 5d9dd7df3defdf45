import { expect, it } from 'vitest'
import { messageOf, S3SchedError } from './error.ts'

class StoreError extends S3SchedError<'GONE'> {
  static override readonly kind: string = 'StoreError'
}

class BucketError extends StoreError {
  static override readonly kind: string = 'BucketError'
}

class LockError extends S3SchedError {
  static override readonly kind: string = 'LockError'
}

/** The module loaded again, like a second installation. */
async function secondCopy(): Promise<typeof S3SchedError> {
  const specifier = './error.ts?second-copy'
  const copy = (await import(/* @vite-ignore */ specifier)) as { S3SchedError: typeof S3SchedError }
  expect(copy.S3SchedError).not.toBe(S3SchedError)
  return copy.S3SchedError
}

it('carries what callers branch on', () => {
  const cause = new Error('socket')
  const error = new StoreError('no answer', { code: 'GONE', retriable: true, context: { key: 'a' }, cause })
  expect(error).toMatchObject({ name: 'StoreError', code: 'GONE', retriable: true, context: { key: 'a' } })
  expect(error.cause).toBe(cause)
  expect(error.message).toBe('no answer')
})

it('has cautious defaults', () => {
  const error = new S3SchedError('no', { code: 'X' })
  expect(error).toMatchObject({ name: 'S3SchedError', retriable: false, suggestion: undefined, context: {} })
  expect('cause' in error).toBe(false)
})

it('says in its message what to do', () => {
  expect(new S3SchedError('no', { code: 'X', suggestion: 'Try y' }).message).toBe('no. Try y')
})

it.each(['it ended.', 'did it end?', 'it ended!'])('puts no second full stop behind %j', (problem) => {
  const error = new S3SchedError(problem, { code: 'TROUBLE', suggestion: 'Look again' })
  expect(error.message).toBe(`${problem} Look again`)
})

it('has its message without the advice, too, and without secrets', () => {
  const error = new S3SchedError('no s3://key:secret@bucket', { code: 'X', suggestion: 'Try y' })
  expect(error.problem).toBe('no s3://***@bucket')
  expect(error.message).toBe('no s3://***@bucket. Try y')
  expect(Object.keys(error)).not.toContain('problem')
})

it('is an instance of its class and of the classes above, and of no other', () => {
  const error = new BucketError('no', { code: 'GONE' })
  expect(error instanceof BucketError).toBe(true)
  expect(error instanceof StoreError).toBe(true)
  expect(error instanceof S3SchedError).toBe(true)
  expect(error instanceof Error).toBe(true)
  expect(error instanceof LockError).toBe(false)
  expect(new StoreError('no', { code: 'GONE' }) instanceof BucketError).toBe(false)
})

it('is an instance of the same class in another copy of the package, both ways', async () => {
  const OtherBase = await secondCopy()
  class OtherStoreError extends OtherBase {
    static override readonly kind: string = 'StoreError'
  }
  const ours = new BucketError('no', { code: 'GONE' })
  const theirs = new OtherStoreError('no', { code: 'GONE' })
  expect([ours instanceof OtherBase, ours instanceof OtherStoreError]).toEqual([true, true])
  expect([theirs instanceof S3SchedError, theirs instanceof StoreError]).toEqual([true, true])
  expect([theirs instanceof BucketError, theirs instanceof LockError]).toEqual([false, false])
})

it('does not take errors of the parent for those of a subclass without a kind of its own', () => {
  class Unnamed extends StoreError {}
  expect(new StoreError('no', { code: 'GONE' }) instanceof Unnamed).toBe(false)
  expect(new Unnamed('no', { code: 'GONE' }) instanceof Unnamed).toBe(true)
  expect(new Unnamed('no', { code: 'GONE' }) instanceof StoreError).toBe(true)
})

it.each([
  ['an ordinary error', new Error('no')],
  ['an object that looks like one', { name: 'S3SchedError', code: 'X', message: 'no' }],
  ['a branded object without a constructor', Object.create({ __proto__: null, [Symbol.for('s3sched.error')]: true })],
  ['null', null],
  ['a string', 'S3SchedError'],
])('does not take %s for one of its own', (_, value: unknown) => {
  expect(value instanceof S3SchedError).toBe(false)
})

it.each([
  [new Error('broken'), 'broken'],
  ['thrown as text', 'thrown as text'],
  [undefined, 'undefined'],
  [{ code: 1 }, '{ code: 1 }'],
  [Object.create(null), '[Object: null prototype] {}'],
])('finds the message of whatever was thrown: %o', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message)
})

it.each([
  ['no text as its message', { value: Symbol('x') }],
  ['a message that throws', { get: refuse }],
])('describes an error with %s', (_, message) => {
  expect(messageOf(Object.defineProperty(new Error('x'), 'message', message))).toBe('an unreadable value')
})

function refuse(): never {
  throw new Error('no')
}

it('has a message also where JavaScript gives none, or an error', () => {
  const error = (message: unknown): string => new S3SchedError(message as string, { code: 'X' }).message
  expect(error(new Error('the disk is full'))).toBe('the disk is full')
  expect(error(undefined)).toBe('undefined')
})
