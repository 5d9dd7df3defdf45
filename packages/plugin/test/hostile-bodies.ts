import { casesOf } from '@s3sched-tooling/vitest/share-of'

const MANY = 20_000

/** Bodies that any writer of the bucket may put into any object, in place of the expected content. */
export const HOSTILE_BODIES: readonly (readonly [what: string, body: string])[] = [
  ['nothing', ''],
  ['no JSON', 'hello'],
  ['a list', '[1,2,3]'],
  ['null', 'null'],
  ['a document without anything', document({})],
  ['a later version', '{"v":99,"nonce":"n"}'],
  ['a million open brackets', '['.repeat(1_000_000)],
  ['a deep list', document({ deep: 0 }).replace('0', '['.repeat(100_000) + ']'.repeat(100_000))],
  [
    'keys of a prototype',
    '{"v":1,"nonce":"n","__proto__":{"holder":"x"},"constructor":{"prototype":{"polluted":true}}}',
  ],
  ['very many fields', document(Object.fromEntries(Array.from({ length: MANY }, (_, n) => [`f${n}`, n])))],
  ['a very long text', document({ text: 'x'.repeat(1_000_000) })],
]

/** A body with the fields of every object. */
function document(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ v: 1, nonce: 'hostile', ...fields })
}

/** A plain run takes each fourth wrong value in a field, and another quarter of the values in the next field. */
export const EVERY: number = Math.max(1, Math.round(4 / casesOf(4)))

/** Copies of an object, one for each wrong value in each of its fields, or a share of these. */
export function spoilt(right: Readonly<Record<string, unknown>>): readonly (readonly [what: string, body: string])[] {
  return Object.keys(right).flatMap((field, row) =>
    WRONG_VALUES.filter((_, column) => (row + column) % EVERY === 0).map(([what, json]) => {
      const marked = document({ ...right, [field]: 'PUT IT HERE' })
      return [`${field} is ${what}`, marked.replace('"PUT IT HERE"', json)] as const
    }),
  )
}

/** As JSON text, since some values can't be written by `JSON.stringify`. */
const WRONG_VALUES: readonly (readonly [what: string, json: string])[] = [
  ['null', 'null'],
  ['a boolean', 'true'],
  ['an empty text', '""'],
  ['a path', '"../../elsewhere"'],
  ['a text of control characters', '"\\u0000\\u001b[2J\\n"'],
  ['negative', '-1'],
  ['a fraction', '0.5'],
  ['infinite', '1e999'],
  ['the greatest integer', '9007199254740991'],
  ['beyond all integers', '1e300'],
  ['a list of nonsense', '[null,1,"x",[],{}]'],
  ['an object of nonsense', '{"toString":1,"length":-1,"constructor":null,"then":1,"__proto__":{"x":1}}'],
]
