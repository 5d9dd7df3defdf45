import { expect, it } from 'vitest'
import { isObject } from './is-object.ts'

it.each([{}, { a: 1 }, Object.create(null) as object])('takes %j for an object with fields', (value) => {
  expect(isObject(value)).toBe(true)
})

it('takes the exports of a module and an instance of a class for objects with fields', async () => {
  expect(isObject(await import('./is-object.ts'))).toBe(true)
  expect(
    isObject(
      new (class Jobs {
        readonly nightly = {}
      })(),
    ),
  ).toBe(true)
})

const elsewhere = [new Map([['a', 1]]), new Set(), new Date(0), Promise.resolve({ a: 1 }), new Uint8Array(1)]
it.each([null, undefined, [], 'a', 1, () => 1, ...elsewhere])('takes %o for no object with fields', (value) => {
  expect(isObject(value)).toBe(false)
})
