import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMember, type Member } from './member.ts'

const member: fc.Arbitrary<Member> = fc.record({
  workerId: fc.string(),
  host: fc.string(),
  pid: fc.nat(),
  startedAt: fc.nat(),
  version: fc.option(fc.string(), { nil: undefined }),
  extra: fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined }),
  shards: fc.option(fc.integer({ min: 2 }), { nil: undefined }),
  wants: fc.array(fc.nat()),
  holds: fc.nat(),
  process: fc.constantFrom(undefined, { host: 'h', pid: 1, proof: { realm: 'r', startedAt: '1' } }),
  instance: fc.string(),
  staleAfterMs: fc.nat(),
  upMs: fc.nat(),
})

describe('a member object', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(member, (written) => {
        expect(parseMember({ ...written })).toEqual(written)
      }),
    )
  })

  it('is passed over when somebody wrote nonsense there', () => {
    const needed = ['workerId', 'host', 'pid', 'startedAt', 'instance', 'staleAfterMs']
    fc.assert(
      fc.property(member, fc.constantFrom(...needed), (written, name) => {
        expect(parseMember({ ...written, [name]: null })).toBeUndefined()
      }),
    )
  })
})
