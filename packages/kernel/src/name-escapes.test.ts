import { anyCharacter } from '@s3sched-tooling/vitest/any-character'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isJobName } from './job-name.ts'
import { escapeName, keyPartOf, unescapeName } from './name-escapes.ts'

const name = fc
  .oneof(
    fc.string({ unit: anyCharacter, minLength: 1, maxLength: 40 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    fc.array(fc.constantFrom('..', '.', '/', '\\', '=', '==', '=2F', '%2F', 'a', 'A', 'é', '🔑'), { minLength: 1, maxLength: 120 })
      .map((parts) => parts.join('')),
  )
  .filter(isJobName) // prettier-ignore

it('leaves a plain name as it is', () => {
  expect(escapeName('Report_v1.2-x')).toBe('Report_v1.2-x')
  expect(keyPartOf('x'.repeat(128))).toBe('x'.repeat(128))
})

it('escapes what could change a path', () => {
  expect(escapeName('user/42: daily')).toBe('user=2F42=3A=20daily')
  expect(escapeName('..')).toBe('=2E=2E')
  expect(escapeName('ü=')).toBe('=C3=BC=3D')
})

it('gives each name back from an address, in which no name leaves its place', () => {
  fc.assert(
    fc.property(name, (one) => {
      const part = escapeName(one)
      expect(part).toMatch(/^[A-Za-z0-9_.=-]+$/)
      expect(['.', '..']).not.toContain(part)
      expect(unescapeName(part)).toBe(one)
      expect(new URL(`http://host/cron/jobs/${part}`).pathname).toBe(`/cron/jobs/${part}`)
    }),
  )
})

it('gives each name a part of a key for itself, of at most 128 characters', () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      const part = keyPartOf(one)
      expect(part).toMatch(/^[A-Za-z0-9_.=-]{1,128}$/)
      expect(['.', '..']).not.toContain(part)
      expect(part === keyPartOf(other)).toBe(one === other)
    }),
  )
})

it('tells long names with the same beginning apart, and cuts no escape', () => {
  const [one, other] = [`${'報'.repeat(127)}a`, `${'報'.repeat(127)}b`]
  expect(keyPartOf(one)).not.toBe(keyPartOf(other))
  expect(keyPartOf(one)).toMatch(/^(=[0-9A-F]{2})+==[A-Za-z0-9_-]{22}$/)
})
