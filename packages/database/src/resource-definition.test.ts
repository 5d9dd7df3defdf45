import { describe, expect, it } from 'vitest'
import { compileSchema } from './document-schema.ts'
import { resolveDefinition, sameDefinition, type ResourceDefinition } from './resource-definition.ts'

const resolve = (input: unknown): ResourceDefinition => resolveDefinition(input, compileSchema)

describe('resolveDefinition', () => {
  it('fills in the defaults and brings partitions into their long form', () => {
    expect(resolve({ name: 'a', attributes: { s: 'string' }, partitions: ['s'] })).toEqual({
      name: 'a',
      attributes: { s: 'string' },
      timestamps: false,
      partitions: { byS: { fields: { s: 'string' } } },
    })
  })

  it('resolves to itself, as it comes back from the bucket', () => {
    const once = resolve({
      name: 'a',
      attributes: { s: 'string' },
      timestamps: true,
      partitions: ['createdAt'],
    })
    expect(resolve(JSON.parse(JSON.stringify(once)))).toEqual(once)
  })

  it.each([
    [{}, 'expected name to be 1 to 64'],
    [{ name: 'a/b', attributes: {} }, 'expected name to be 1 to 64'],
    [{ name: '..', attributes: {} }, 'expected name to be 1 to 64'],
    [{ name: 'a', atributes: {} }, "Did you mean 'attributes'?"],
    [{ name: 'a', attributes: { f: { type: 'any', default: () => 1 } } }, "'f.default' is function default"],
    [{ name: 'a', attributes: { f: { type: 'string', pattern: /x/ } } }, 'definitions are kept in the bucket'],
    [{ name: 'a', attributes: { f: 'strin' } }, "resource 'a': f: unknown type"],
    [{ name: 'a', attributes: { f: 'string' }, partitions: ['g'] }, "by 'g', which is no attribute; known are f"],
    [{ name: 'a', attributes: {}, partitions: 'g' }, 'expected partitions to be a list'],
    [null, 'expected the options to be an object'],
  ])('refuses %j', (input, message) => {
    expect(() => resolve(input)).toThrow(message)
  })
})

it('sameDefinition does not mind the order of keys, but that of alternatives', () => {
  const define = (attributes: object): ResourceDefinition => resolve({ name: 'a', attributes })
  expect(
    sameDefinition(define({ a: 'any', b: { x: 'any', y: 'any' } }), define({ b: { y: 'any', x: 'any' }, a: 'any' })),
  ).toBe(true)
  expect(sameDefinition(define({ a: ['number', 'string'] }), define({ a: ['string', 'number'] }))).toBe(false)
})
