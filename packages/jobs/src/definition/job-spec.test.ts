import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashSpec, type JobSpec } from './job-spec.ts'

const SPEC = {
  schedule: '0 * * * *',
  after: ['b', 'a'],
  backoff: { type: 'fixed', delay: 5, factor: undefined },
  group: null,
} as unknown as JobSpec

describe('the hash of a specification', () => {
  it('is that of its JSON with sorted names, without fields that are undefined', () => {
    const text = '{"after":["b","a"],"backoff":{"delay":5,"type":"fixed"},"group":null,"schedule":"0 * * * *"}'
    expect(hashSpec(SPEC)).toBe(createHash('sha256').update(text).digest('base64url').slice(0, 16))
  })

  it('is the same in any order of the fields', () => {
    const turned = Object.fromEntries(Object.entries(SPEC).toReversed()) as unknown as JobSpec
    expect(hashSpec(turned)).toBe(hashSpec(SPEC))
  })

  it('is another one for another order of a list', () => {
    expect(hashSpec({ ...SPEC, after: ['a', 'b'] })).not.toBe(hashSpec(SPEC))
  })
})
