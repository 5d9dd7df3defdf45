import { expect, it } from 'vitest'
import { isObject } from './is-object.ts'

it.each([{}, { a: 1 }, Object.create(null) as object])('takes %j for an object with fields', (value) => {
  expect(isObject(value)).toBe(true)
})

it.each([null, undefined, [], 'a', 1, () => 1])('takes %j for no object with fields', (value) => {
  expect(isObject(value)).toBe(false)
})
