import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toPlainJson } from './plain-json.ts'

describe('toPlainJson', () => {
  it('gives back any JSON object as an equal copy', () => {
    const names = fc.string().filter((name) => name !== '__proto__')
    const json = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.jsonValue({ maxDepth: 0 }), tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(names, tie('value'), { maxKeys: 4 }),
    })).object
    fc.assert(
      fc.property(json, (value) => {
        expect(toPlainJson(value)).toEqual({ outcome: 'plain', value })
      }),
    )
  })

  it('makes dates ISO strings, and leaves out what is undefined', () => {
    const given = { at: new Date(0), gone: undefined, list: [undefined, new Date(1)] }
    expect(toPlainJson(given)).toEqual({
      outcome: 'plain',
      value: { at: '1970-01-01T00:00:00.000Z', list: [null, '1970-01-01T00:00:00.001Z'] },
    })
  })

  it('shares nothing with what it was given', () => {
    const given = { nested: { list: [1] } }
    const plain = toPlainJson(given)
    given.nested.list.push(2)
    expect(plain).toEqual({ outcome: 'plain', value: { nested: { list: [1] } } })
  })

  it('takes an object of another realm', () => {
    expect(toPlainJson(runInNewContext('({ a: new Date(0) })')).outcome).toBe('plain')
  })

  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic

  it.each([
    ['a function', { a: { b: () => 1 } }, "'a.b' is function b"],
    ['NaN', { a: [Number.NaN] }, "'a[0]' is NaN"],
    ['Infinity', { a: Infinity }, "'a' is Infinity"],
    ['a big integer', { a: 1n }, "'a' is 1n"],
    ['a map', { a: new Map() }, "'a' is Map(0)"],
    ['a class instance', { a: new URLSearchParams() }, "'a' is URLSearchParams {}"],
    ['an invalid date', { a: new Date(Number.NaN) }, "'a' is an invalid date"],
    ['a lone surrogate', { a: '\ud800' }, "'a' is not well-formed"],
    ['an own __proto__', JSON.parse('{"a":{"__proto__":1}}'), '__proto__'],
    ['a cycle', cyclic, 'or holds itself'],
    ['an array', [], 'expected a plain object, got []'],
    ['nothing', null, 'expected a plain object, got null'],
  ])('refuses %s and says where', (_what, given, problem) => {
    const plain = toPlainJson(given)
    expect(plain).toMatchObject({ outcome: 'refused', problem: expect.stringContaining(problem) as string })
  })
})
