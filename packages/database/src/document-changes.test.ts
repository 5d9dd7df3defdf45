import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyChanges, valueAt } from './document-changes.ts'
import type { JsonObject } from './plain-json.ts'

const address = { name: 'Ada', address: { city: 'London', zip: { code: 'W1' } }, tags: ['a', 'b'] }

describe('applyChanges', () => {
  it('merges objects at every depth and keeps what is not named', () => {
    const changed = applyChanges(address, { address: { zip: { code: 'W2', extra: 1 } } })
    expect(changed).toEqual({ ...address, address: { city: 'London', zip: { code: 'W2', extra: 1 } } })
  })

  it('replaces arrays, and objects by anything else', () => {
    expect(applyChanges(address, { tags: ['c'], address: null })).toEqual({ name: 'Ada', address: null, tags: ['c'] })
  })

  it('takes a dotted name as a path, creating what is missing', () => {
    const changed = applyChanges(address, { 'address.zip.code': 'W3', 'owner.name': 'Bob', 'name.first': 'Ada' })
    expect(valueAt(changed, 'address.zip.code')).toBe('W3')
    expect(valueAt(changed, 'address.city')).toBe('London')
    expect(valueAt(changed, 'owner.name')).toBe('Bob')
    expect(changed['name']).toEqual({ first: 'Ada' })
  })

  it('takes dots inside a value as they are', () => {
    expect(applyChanges({}, { hosts: { 'a.example': 1 } })).toEqual({ hosts: { 'a.example': 1 } })
  })

  it('is the same applied twice as once, and does not touch what it was given', () => {
    const objects = fc.dictionary(fc.constantFrom('a', 'b', 'a.b', 'c'), fc.jsonValue({ maxDepth: 2 }))
    fc.assert(
      fc.property(objects, objects, (before, changes) => {
        const kept = structuredClone(before)
        const once = applyChanges(before as JsonObject, changes as JsonObject)
        // With both 'a' and 'a.b' given, the later name wins: the order of the names matters, and is the same twice.
        expect(applyChanges(once, changes as JsonObject)).toEqual(once)
        expect(before).toEqual(kept)
      }),
    )
  })
})

describe('valueAt', () => {
  it.each(['nobody', 'address.nobody', 'name.length', 'constructor', 'address.constructor.name', 'tags.0'])(
    'finds nothing at %s',
    (path) => expect(valueAt(address, path)).toBeUndefined(),
  )
})
