import { expect, it } from 'vitest'
import { describeShape } from './describe-shape.ts'

const HOOK = 'https://key:pass@hooks.example/services/T0/B0/secret?token=secret'

it.each([
  ['a secret', 'a text of length 8'],
  ['', 'an empty text'],
  [HOOK, 'an address at hooks.example'],
  [new URL(HOOK), 'an address at hooks.example'],
  ['hooks.example/services/secret', 'a text of length 29'],
  [{ slack: HOOK, channel: '#a' }, '{ slack: an address at hooks.example, channel: a text of length 2 }'],
  [[HOOK, 5], '[an address at hooks.example, 5]'],
  [[{ on: 'failed', to: { url: HOOK } }], '[{ on: a text of length 6, to: an object }]'],
  [{ deep: { deeper: { deepest: ['secret'] } } }, '{ deep: { deeper: an object } }'],
  [Array.from({ length: 9 }, () => 1), '[1, 1, 1, 1, 1, …]'],
  [{}, '{}'],
  [new Map([['secret', 'secret']]), 'an object'],
  [undefined, 'undefined'],
  [7, '7'],
])('describes %j without its texts', (value, shape) => {
  expect(describeShape(value)).toBe(shape)
})
