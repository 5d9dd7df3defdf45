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

it.each([
  ['the name of a field', { ['a field '.repeat(2_000_000)]: 1 }],
  ['the message of an inner error', { cause: new Error('a word '.repeat(2_000_000)) }],
  ['the name of a symbol', Symbol('a'.repeat(16_000_000))],
])('shows the begin of %s of any length', (_, value) => {
  expect(describe(value)).toMatch(/ a|\(a/)
  expect(describe(value)).toHaveLength(120)
})

it('hides a secret at the end of the part that it reads', () => {
  const secrets = Object.fromEntries(
    Array.from({ length: 100 }, (_, at) => [`a${at}`, `s3://key:${'s'.repeat(4000)}@b`]),
  )
  expect(describe(secrets)).toMatch(/^(\{ )?(a\d+: 's3:\/\/\*\*\*@b', )+/)
})

const revoked = Proxy.revocable({}, {})
revoked.revoke()

it.each([
  ['a revoked proxy', revoked.proxy],
  ['an error without a readable message', Object.defineProperty(new Error(''), 'message', { get: refuse })],
  ['an error whose name is no text', Object.assign(new Error('x'), { name: Symbol('x') })],
  ['an inspect method that throws', { [Symbol.for('nodejs.util.inspect.custom')]: refuse }],
])('describes %s, and does not throw', (_, value) => {
  expect(describe(value)).toBe('an unreadable value')
})

function refuse(): never {
  throw new Error('no')
}

it('marks what was cut', () => {
  expect(describe('x'.repeat(500))).toMatch(/^"x+…$/)
})
