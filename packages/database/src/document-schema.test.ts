import { describe, expect, it } from 'vitest'
import { DatabaseError } from './database-error.ts'
import { compileSchema } from './document-schema.ts'

const schema = compileSchema('resource', {
  name: 'string|required|min:2',
  age: 'number|optional|min:0',
  active: { type: 'boolean', default: true },
  born: 'date|optional',
  pets: { type: 'array', optional: true, items: { type: 'object', props: { since: 'date' } } },
  address: { city: 'string', zip: 'string|optional' },
})

describe('a compiled schema', () => {
  it('fills in defaults, trims and converts', () => {
    expect(schema.check({ name: ' Ada ', age: '36' })).toEqual({
      outcome: 'valid',
      attributes: { name: 'Ada', age: 36, active: true },
    })
  })

  it('keeps what is not declared', () => {
    const attributes = { name: 'Ada', active: false, extra: { deep: [1] }, address: { city: 'X', more: 1 } }
    expect(schema.check(attributes)).toEqual({ outcome: 'valid', attributes })
  })

  it('names every field that breaks a rule', () => {
    expect(schema.check({ name: 'A', age: -1, address: { zip: '1' } })).toEqual({
      outcome: 'invalid',
      problems: [
        { field: 'name', message: expect.stringMatching(/'name'.*2/) as string },
        { field: 'age', message: expect.stringContaining('0') as string },
        { field: 'address.city', message: expect.stringContaining('required') as string },
      ],
    })
  })

  it('requires what does not say optional', () => {
    const checked = schema.check({})
    expect(checked).toMatchObject({ outcome: 'invalid', problems: [{ field: 'name' }] })
  })

  it('does not change what it was given', () => {
    const given = Object.freeze({ name: ' Ada ' })
    schema.check(given)
    expect(given).toEqual({ name: ' Ada ' })
  })

  it('stores dates as ISO strings and gives them back as dates', () => {
    const since = '2020-01-01T00:00:00.000Z'
    const attributes = { name: 'Ada', born: '1815-12-10T00:00:00.000Z', active: true, pets: [{ since }] }
    expect(schema.check({ name: 'Ada', born: '1815-12-10', pets: [{ since }] })).toEqual({
      outcome: 'valid',
      attributes,
    })
    expect(schema.revive(attributes)).toMatchObject({
      name: 'Ada',
      born: new Date('1815-12-10'),
      pets: [{ since: new Date(since) }],
    })
  })

  it('refuses a date that is none', () => {
    expect(schema.check({ name: 'Ada', born: 'yesterday' })).toMatchObject({ problems: [{ field: 'born' }] })
  })

  it('takes null where a rule is optional', () => {
    expect(schema.check({ name: 'Ada', age: null })).toMatchObject({ attributes: { age: null } })
  })

  it('checks alternatives, records and patterns', () => {
    const other = compileSchema('resource', {
      key: ['number', 'string'],
      counts: { type: 'record', key: 'string|alpha', value: 'number' },
      code: { type: 'string', pattern: String.raw`^[A-Z]{2}\d+/$` },
    })
    expect(other.check({ key: 'x', counts: { a: 1 }, code: 'AB1/' }).outcome).toBe('valid')
    expect(other.check({ key: {}, counts: { a: 'x' }, code: 'ab' })).toMatchObject({ outcome: 'invalid' })
  })

  it('accepts an id that is declared as a string, and refuses any other', () => {
    expect(() => compileSchema('resource', { id: 'string|required' })).not.toThrow()
    expect(() => compileSchema('resource', { id: 'number' })).toThrow(/id: is always a string/)
  })

  it('tells everything that is wrong with a definition at once', () => {
    const attempt = (): unknown => compileSchema("resource 'x'", { a: 'strin', b: 'string|mni:3' })
    expect(attempt).toThrow(DatabaseError)
    expect(attempt).toThrow(/resource 'x': a: unknown type.*; b: a rule/)
  })
})
