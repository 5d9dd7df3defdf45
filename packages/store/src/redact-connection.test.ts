import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openStore } from './open-store.ts'
import { redactConnection } from '@s3sched/kernel'

describe('shows what helps', () => {
  it.each([
    ['memory://trial', 'memory://trial'],
    ['file:///var/lib/app', 'file:///var/lib/app'],
    ['s3://bucket/prefix?region=eu-west-1', 's3://bucket/prefix?region=eu-west-1'],
    ['https://host:9000/bucket', 'https://host:9000/bucket'],
    ['s3://AKIA:se/cret@bucket/prefix?region=x', 's3://***@bucket/prefix?region=x'],
    ['s3://bucket?sessionToken=abc&profile=p&flag', 's3://bucket?sessionToken=***&profile=p&***=***'],
    ['s3://bucket?sessiontoken=abc', 's3://bucket?sessiontoken=***'],
    ['s3://AKIA:secret', 's3://***'],
    ['AKIA:secret@bucket', '***@bucket'],
    ['az://:a/b+c==@account/jobs/x', 'az://***@account/jobs/x'],
    ['az://account/jobs?sasToken=sv%3D1%26sig%3Dx', 'az://account/jobs?sasToken=***'],
    ['gs://bucket/app?endpoint=http://127.0.0.1:4443', 'gs://bucket/app?endpoint=http://127.0.0.1:4443'],
    ['s3://k:a?b@bucket', 's3://***'],
    ['s3://b?endpoint=http://u:p@host', 's3://***'],
  ])('%s', (connection, expected) => {
    expect(redactConnection(connection)).toBe(expected)
  })
})

/** Realistic secrets: encoded or not, with the signs that break naive parsers. */
const secret = fc
  .array(fc.constantFrom('a', 'Z', '0', '9', '/', '+', '=', ':', '%40', '%2F', '?', '@', '&', '#', '%'), {
    minLength: 4,
    maxLength: 20,
  })
  .map((parts) => `S3CR3T${parts.join('')}S3CR3T`)

/** Without a plain `@`: the bucket of `s3://key:sec@ret` is `ret`, and no parser could know better. */
const plain = (text: string): string => text.replaceAll('@', '%40')

const place = fc.constantFrom(
  (text: string) => `s3://key:${text}@bucket/prefix`,
  (text: string) => `s3://key:${text}@bucket/prefix?regoin=x`,
  (text: string) => `s3://key:${plain(text)}`,
  (text: string) => `s3://key:${text}@`,
  (text: string) => `s3:/key:${text}@bucket`,
  (text: string) => `s4://key:${text}@bucket`,
  (text: string) => `${text}:secret@bucket`,
  (text: string) => `https://key:${text}@host/bucket`,
  (text: string) => `https://key:${text}@host`,
  (text: string) => `http://key:${text}@host:99999/bucket`,
  (text: string) => `s3://key:secret@bucket?sessionToken=${plain(text)}`,
  (text: string) => `s3://bucket?sessionTokn=${plain(text)}`,
  (text: string) => `s3://bucket?sessionToken=${plain(text)}&profile=x`,
)

it('shows no secret, wherever it stands, in the redacted text, an error or an opened store', () => {
  fc.assert(
    fc.property(secret, place, (text, at) => {
      const connection = at(text)
      expect(redactConnection(connection)).not.toContain('S3CR3T')
      let shown: unknown
      try {
        const store = openStore(connection)
        shown = [store, store.description]
      } catch (error) {
        shown = error
      }
      expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain('S3CR3T')
    }),
    { numRuns: 2_000 },
  )
})
