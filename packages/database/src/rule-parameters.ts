/**
 * The permitted parameters of rules, and their kinds.
 *
 * fastest-validator turns a schema into source code and inserts several parameters unchanged. Definitions are read from
 * the bucket, so without this table everybody with write access to the bucket could run code here: an unknown
 * parameter, or a value of another kind, is refused before anything is compiled.
 */
export type ParameterKind = 'number' | 'flag' | 'text' | 'pattern' | 'values' | 'json' | 'strictness' | 'rule' | 'rules'

export const RULE_TYPES = [
  'any',
  'array',
  'boolean',
  'date',
  'email',
  'enum',
  'luhn',
  'mac',
  'number',
  'object',
  'record',
  'string',
  'url',
  'uuid',
] as const

export type RuleType = (typeof RULE_TYPES)[number]

/** Other spellings known to users of s3db.js. */
export const TYPE_ALIASES: Readonly<Record<string, RuleType>> = { bool: 'boolean', json: 'any' }

const COMMON = { optional: 'flag', required: 'flag', nullable: 'flag', default: 'json', label: 'text' } as const
const LENGTHS = { min: 'number', max: 'number', length: 'number', empty: 'flag' } as const

export const PARAMETERS: Readonly<Record<RuleType, Readonly<Record<string, ParameterKind>>>> = {
  any: COMMON,
  array: { ...COMMON, ...LENGTHS, items: 'rule', unique: 'flag', enum: 'values', convert: 'flag' },
  boolean: { ...COMMON, convert: 'flag' },
  date: { ...COMMON, convert: 'flag' },
  email: { ...COMMON, min: 'number', max: 'number', empty: 'flag', mode: 'text', normalize: 'flag' },
  enum: { ...COMMON, values: 'values' },
  luhn: COMMON,
  mac: COMMON,
  number: {
    ...COMMON,
    min: 'number',
    max: 'number',
    equal: 'number',
    notEqual: 'number',
    integer: 'flag',
    positive: 'flag',
    negative: 'flag',
    convert: 'flag',
  },
  object: {
    ...COMMON,
    props: 'rules',
    properties: 'rules',
    strict: 'strictness',
    minProps: 'number',
    maxProps: 'number',
  },
  record: { ...COMMON, key: 'rule', value: 'rule' },
  string: {
    ...COMMON,
    ...LENGTHS,
    pattern: 'pattern',
    contains: 'text',
    enum: 'values',
    alpha: 'flag',
    alphanum: 'flag',
    alphadash: 'flag',
    numeric: 'flag',
    hex: 'flag',
    base64: 'flag',
    singleLine: 'flag',
    convert: 'flag',
    trim: 'flag',
    trimLeft: 'flag',
    trimRight: 'flag',
    lowercase: 'flag',
    uppercase: 'flag',
  },
  url: { ...COMMON, empty: 'flag' },
  uuid: { ...COMMON, version: 'number' },
}

/** Quotes, backslashes and line ends could end the string literal into which fastest-validator inserts a text. */
// eslint-disable-next-line no-control-regex -- the expression looks for control characters
const SAFE_TEXT = /^[^"\\`\u0000-\u001f\u2028\u2029]*$/

// eslint-disable-next-line no-control-regex -- the same
const UNSAFE_PATTERN = /["`\u0000-\u001f\u2028\u2029]/

/** The problem with a parameter's value, or `undefined`. Nested rules are checked by their own reader. */
export function parameterProblem(kind: ParameterKind, value: unknown): string | undefined {
  switch (kind) {
    case 'number':
      return Number.isFinite(value) ? undefined : 'must be a number'
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'strictness':
      return typeof value === 'boolean' || value === 'remove' ? undefined : "must be true, false or 'remove'"
    case 'text':
      return isSafeText(value) ? undefined : 'must be a text without quotes, backslashes and control characters'
    case 'pattern':
      return patternProblem(value)
    case 'values':
      return Array.isArray(value) && value.length > 0 && value.every(isSafeValue)
        ? undefined
        : 'must be a list of numbers, booleans, or texts without quotes, backslashes and control characters'
    case 'json':
    case 'rule':
    case 'rules':
    default:
      return undefined
  }
}

function isSafeText(value: unknown): boolean {
  return typeof value === 'string' && SAFE_TEXT.test(value)
}

function isSafeValue(value: unknown): boolean {
  return isSafeText(value) || typeof value === 'boolean' || Number.isFinite(value)
}

function patternProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a regular expression as a string, since definitions are kept as JSON'
  if (UNSAFE_PATTERN.test(value)) return String.raw`must not hold quotes or control characters; write \x22`
  try {
    return new RegExp(value) instanceof RegExp ? undefined : 'must be a regular expression'
  } catch (error) {
    return `must be a regular expression (${(error as Error).message})`
  }
}
