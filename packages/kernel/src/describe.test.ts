import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describe } from './describe.ts'

it.each([
  ['5s', '"5s"'],
  ['', '""'],
  ['a\nb', '"a\\nb"'],
  [5, '5'],
  [10n, '10n'],
  [Number.NaN, 'NaN'],
  [undefined, 'undefined'],
  [null, 'null'],
  [['a', 1], "[ 'a', 1 ]"],
  [{ a: { b: { c: 1 } } }, '{ a: { b: [Object] } }'],
  [Object.create(null), '[Object: null prototype] {}'],
  [new Error('broken\npipe'), 'Error: broken pipe'],
  [function named() {}, 'function named'],
])('shows %o as %s', (value, expected) => {
  expect(describe(value)).toBe(expected)
})

it('shows a function without a name', () => {
  expect(describe((() => () => {})())).toBe('a function')
})

it('does not call getters, which may throw', () => {
  const trap = {
    get value(): never {
      throw new Error('called')
    },
  }
  expect(describe(trap)).toBe('{ value: [Getter] }')
})

it('puts the stack of an error inside an object on the same line', () => {
  expect(describe({ cause: new Error('inner') })).toMatch(/^\{ cause: Error: inner at /)
})

it('is one line of at most 120 characters for anything', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.string({ maxLength: 300 })), (value) => {
      const text = describe(value)
      expect(text).not.toContain('\n')
      expect(text.length).toBeLessThanOrEqual(120)
    }),
  )
})

it('marks what was cut', () => {
  expect(describe('x'.repeat(500))).toMatch(/^"x+…$/)
})
