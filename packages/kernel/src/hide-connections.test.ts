import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe as group, expect, it } from 'vitest'
import { describe } from './describe.ts'
import { S3SchedError } from './error.ts'
import { hideConnections, hideInText } from './hide-connections.ts'
import { oneOf, resolveOptions, string } from './options.ts'

group('a description hides the secret of a connection string', () => {
  it.each([
    ['s3://key:hidden@bucket', '"s3://***@bucket"'],
    [' s3://key:hid den@bucket/prefix?region=x', '"s3://***@bucket/prefix?region=x"'],
    ['s3:/key:hidden@bucket', '"***@bucket"'],
    ['s3//key:hidden@bucket', '"***@bucket"'],
    ['key:hidden@bucket', '"***@bucket"'],
    ['postgres://user:hidden@host:5432/db', '"postgres://***@host:5432/db"'],
    [`s3://key:${'1/'.repeat(3000)}@bucket`, '"***"'],
    ['store is s3://key:hidden@bucket, not there', '"store is s3://***@bucket, not there"'],
    [new URL('s3://key:hidden@bucket/a?sessionToken=hidden'), 'URL s3://***@bucket/a?sessionToken=***'],
    [['s3://key:hidden@bucket'], "[ 's3://***@bucket' ]"],
    [{ store: 's3://key:hid den@bucket' }, "{ store: 's3://***@bucket' }"],
    [{ a: { b: 's3://key:hidden@bucket' } }, "{ a: { b: 's3://***@bucket' } }"],
    [new Error('cannot reach s3://key:hidden@bucket.'), 'Error: cannot reach s3://***@bucket.'],
    [{ secretAccessKey: 'hidden', region: 'x' }, "{ secretAccessKey: ***, region: 'x' }"],
  ])('%o', (value, expected) => {
    expect(describe(value)).toBe(expected)
  })

  it('and leaves a question about a scheme as it is', () => {
    const message = `unknown scheme "s33". Did you mean 's3://'?`
    expect(new S3SchedError(message, { code: 'X' }).message).toBe(message)
  })

  it.each([
    'memory://trial',
    'file:///var/lib/app',
    'https://host:9000/bucket',
    's3://bucket/prefix?region=eu-west-1',
    'no luck at 12:30, see a/b',
    'me@example.org',
    '2027-01-01T09:00:00Z',
  ])('and shows what has none: %s', (value) => {
    expect(describe(value)).toBe(JSON.stringify(value))
    expect(new S3SchedError(`got ${value}.`, { code: 'X' }).message).toBe(`got ${value}.`)
  })
})

it('an error hides it in its message, its suggestion and its context', () => {
  const error = new S3SchedError("Job 's3://key:S3CR3T@bucket' not found", {
    code: 'X',
    suggestion: "Is 's3://key:S3CR3T@bucket' a job?",
    context: { jobName: 's3://key:S3 CR3T@bucket', problems: ['got "s3://key:S3CR3T@bucket"'], count: 1 },
  })
  expect(inspect(error, { depth: 9 })).not.toContain('CR3T')
  expect(error.context).toEqual({
    jobName: 's3://***@bucket',
    problems: ['got "s3://***@bucket"'],
    count: 1,
  })
})

/** Secrets from the letters of real S3 keys and similar keys; some of the letters break naive parsers. */
const secret = fc
  .array(fc.constantFrom('a', 'Z', '0', '9', '/', '+', '=', ':', '%40', '?', '&', '#', "'", '"', '`', '\\'), {
    maxLength: 20,
  })
  .map((parts) => `S3CR3T${parts.join('')}S3CR3T`)

const places: ((text: string) => unknown)[] = [
  (text) => text,
  (text) => [text],
  (text) => ({ store: text }),
  (text) => ({ store: { connection: text } }),
  (text) => new Map([[text, text]]),
  (text) => ({ [text]: 1 }),
  (text) => new Error(text),
]

it('no secret is shown, whatever it is made of and wherever it stands', () => {
  fc.assert(
    fc.property(secret, fc.constantFrom(...places), fc.constantFrom('s3', 'https', 's4'), (text, place, scheme) => {
      const connection = `${scheme}://key:${text}@bucket/prefix`
      const value = place(connection)
      expect(describe(value)).not.toContain('S3CR3T')
      expect(hideConnections(connection)).not.toContain('S3CR3T')
      for (const options of [value, { mode: value }, { name: value }, { [connection]: 1 }]) {
        let message = ''
        try {
          resolveOptions('subject', { mode: oneOf(['a']), name: string({ max: 2 }) }, options)
        } catch (error) {
          message = inspect(error, { depth: 9 })
        }
        expect(message).toMatch(/subject/)
        expect(message).not.toContain('S3CR3T')
      }
    }),
    { numRuns: 2000 },
  )
})

it('takes no time that grows with the square of a text', () => {
  // With the square, a single text would take hours.
  const long = (part: string): string => part.repeat(3_000_000 / part.length)
  for (const part of ['a', ':', 'a:', '//', '@', "'", '\\', 'a://', "secret: '"]) {
    expect(hideConnections(long(part)).length).toBeGreaterThan(0)
    expect(hideInText(`// ${long(part)}`).length).toBeGreaterThan(0)
  }
  for (const part of ['a', "'", "secret: '", 'a:/', 'x://', ')']) describe({ [long(part)]: long(part) })
})
