import { describe, expect, it } from 'vitest'
import { readAttributes } from './attribute-rules.ts'

function read(attributes: unknown): { rules: unknown; problems: string[] } {
  const problems: string[] = []
  const rules = readAttributes(attributes, '', (path, problem) => problems.push(`${path}: ${problem}`))
  return { rules, problems }
}

describe('readAttributes', () => {
  it.each([
    ['string', { type: 'string' }],
    ['string|required', { type: 'string', optional: false }],
    ['string|optional', { type: 'string', optional: true }],
    ['number | optional | min:-1.5 | integer', { type: 'number', optional: true, min: -1.5, integer: true }],
    ['string|no-empty|lowercase:true', { type: 'string', empty: false, lowercase: true }],
    ['array|items:string|min:1', { type: 'array', items: { type: 'string' }, min: 1 }],
    ['number[]|optional', { type: 'array', items: { type: 'number' }, optional: true }],
    ['bool', { type: 'boolean' }],
    ['json|optional', { type: 'any', optional: true }],
    ['date|convert:true', { type: 'date' }],
  ])('reads the shorthand %j', (shorthand, rule) => {
    expect(read({ a: shorthand })).toEqual({ rules: { a: rule }, problems: [] })
  })

  it('reads rule objects, nested ones and alternatives', () => {
    const { rules, problems } = read({
      a: { type: 'enum', values: ['x', 1, true] },
      b: { type: 'object', props: { c: 'string' }, strict: 'remove' },
      d: ['string', 'number|optional'],
      e: { type: 'array', items: { type: 'object', props: { f: 'date' } } },
    })
    expect(problems).toEqual([])
    expect(rules).toMatchObject({
      b: { type: 'object', props: { c: { type: 'string' } }, strict: 'remove' },
      d: { type: 'multi', optional: false, rules: [{ type: 'string' }, { type: 'number', optional: true }] },
      e: { items: { props: { f: { type: 'date' } } } },
    })
  })

  it('takes a nested object as optional as a whole, unless it says otherwise', () => {
    const { rules } = read({ a: { b: 'string' }, c: { $$type: 'object|required', d: 'number' } })
    expect(rules).toEqual({
      a: { type: 'object', optional: true, strict: false, props: { b: { type: 'string' } } },
      c: { type: 'object', optional: false, strict: false, props: { d: { type: 'number' } } },
    })
  })

  it('takes an attribute named type for what it is when its value is no type alone', () => {
    expect(read({ a: { type: 'string|optional', street: 'string' } }).rules).toMatchObject({
      a: { props: { type: { type: 'string', optional: true }, street: { type: 'string' } } },
    })
  })

  it.each([
    ['an unknown type', { a: 'strin' }, 'a: unknown type "strin": did you mean \'string\'?'],
    ['an unknown type of a rule object', { a: { type: 'nummer', min: 3 } }, 'unknown type "nummer": did you mean'],
    ['an unknown parameter', { a: 'string|minn:3' }, "a: a rule of type 'string' has no \"minn\": did you mean 'min'?"],
    ['a parameter of another type', { a: 'boolean|min:3' }, 'a rule of type \'boolean\' has no "min"'],
    ['required and optional', { a: 'string|required|optional' }, "a: can't be both required and optional"],
    ['an enum without values', { a: 'enum' }, 'needs values'],
    ['a secret', { a: 'secret' }, 'encrypts and hashes nothing'],
    ['a broken pattern', { a: { type: 'string', pattern: '(' } }, 'must be a regular expression'],
    ['a number as a rule', { a: 5 }, "a: expected a rule such as 'string|optional', got 5"],
    ['no alternatives', { a: [] }, 'expected a rule'],
    ['a nested problem', { a: { b: { c: 'stringg' } } }, 'a.b.c: unknown type'],
    ['a $$type that is no object', { a: { $$type: 'string', b: 'string' } }, "must begin with 'object'"],
    ['no object', [], 'expected an object of attributes'],
    ['a bad name', { 'a.b': 'string' }, "an attribute's name is 1 to 64 letters"],
    ['the prototype', JSON.parse('{"__proto__":"string"}'), "an attribute's name is"],
  ])('refuses %s', (_what, attributes, problem) => {
    expect(read(attributes).problems.join('\n')).toContain(problem)
  })

  it.each([
    { a: { type: 'string', min: '1) { globalThis.hacked = 1 }; if (1' } },
    { a: { type: 'string', contains: '"); globalThis.hacked = 1; ("' } },
    { a: { type: 'string', pattern: '\\";globalThis.hacked=1;//' } },
    { a: { type: 'enum', values: ['"; globalThis.hacked = 1; "'] } },
    { a: { type: 'array', enum: ['\u2028'] } },
    { a: { type: 'string', messages: { string: '"; globalThis.hacked = 1; "' } } },
    { a: { type: 'any', label: 'x\n' } },
    { a: { type: 'currency', customRegex: 'globalThis.hacked = 1' } },
    { a: { type: 'custom', check: 'x' } },
    { a: { type: 'uuid', version: 'globalThis' } },
    { "a'];globalThis.hacked=1;//": 'string' },
    { a: { props: { "b'": 'string' }, type: 'object' } },
  ])('refuses %j, which would put text into the validator source', (attributes) => {
    expect(read(attributes).problems).not.toHaveLength(0)
  })
})
