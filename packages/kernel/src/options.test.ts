import { describe, expect, it } from 'vitest'
import { S3SchedError } from './error.ts'
import {
  alsoCalled,
  boolean,
  custom,
  func,
  having,
  integer,
  number,
  oneOf,
  optional,
  resolveOptions,
  string,
} from './options.ts'

const spec = alsoCalled(
  {
    ttlMs: integer({ min: 1000, max: 60_000, default: 30_000 }),
    ratio: number({ default: 0.5 }),
    name: string({ max: 8 }),
    verbose: boolean(false),
    mode: oneOf(['fast', 'safe'], 'safe'),
    onEnd: optional(func<() => void>()),
  },
  { mode: ['style', 'name'], onEnd: ['callback'] },
)

function caught(input: unknown): S3SchedError {
  try {
    resolveOptions('lock', spec, input)
  } catch (error) {
    if (error instanceof S3SchedError && error.code === 'INVALID_OPTIONS' && !error.retriable) return error
    throw error
  }
  throw new Error('no problem')
}

const problemsOf = (input: unknown): string => caught(input).message

it('fills in the defaults, in a new frozen object', () => {
  const input = { name: 'x' }
  const options = resolveOptions('lock', spec, input)
  expect(options).toEqual({ ttlMs: 30_000, ratio: 0.5, name: 'x', verbose: false, mode: 'safe', onEnd: undefined })
  expect(Object.isFrozen(options)).toBe(true)
  expect(options).not.toBe(input)
})

it('keeps what is given, false and 0 too', () => {
  const onEnd = (): void => {}
  const options = resolveOptions('lock', spec, { name: 'x', ratio: 0, verbose: false, mode: 'fast', onEnd })
  expect(options).toMatchObject({ ratio: 0, verbose: false, mode: 'fast', onEnd })
})

it('takes undefined for absent', () => {
  expect(resolveOptions('lock', spec, { name: 'x', ttlMs: undefined }).ttlMs).toBe(30_000)
})

it('takes the null of an optional option for absent, unless null is a value of the option', () => {
  const own = {
    limit: optional(integer({ min: 1 })),
    next: optional(custom<string | null>('a name or null', (value): value is string | null => value === null)),
  }
  expect(resolveOptions('query', own, { limit: null, next: null })).toEqual({ limit: undefined, next: null })
  expect(() => resolveOptions('lock', spec, { name: null })).toThrow('got null')
})

it('takes no options at all for an empty object', () => {
  expect(resolveOptions('lock', { verbose: boolean(true) }, undefined)).toEqual({ verbose: true })
})

describe('refuses', () => {
  it.each([
    ['5s', 'expected ttlMs to be an integer >= 1000 and <= 60000, got "5s"'],
    [999, 'expected ttlMs to be an integer >= 1000 and <= 60000, got 999'],
    [60_001, 'expected ttlMs to be an integer >= 1000 and <= 60000, got 60001'],
    [1000.5, 'expected ttlMs to be an integer >= 1000 and <= 60000, got 1000.5'],
    [Number.NaN, 'expected ttlMs to be an integer >= 1000 and <= 60000, got NaN'],
    [null, 'expected ttlMs to be an integer >= 1000 and <= 60000, got null'],
  ])('%o as an integer', (ttlMs, message) => {
    expect(problemsOf({ name: 'x', ttlMs })).toBe(`lock: ${message}`)
  })

  it('what is no number', () => {
    expect(problemsOf({ name: 'x', ratio: Infinity })).toBe('lock: expected ratio to be a number, got Infinity')
  })

  it('a string that is too long, empty, or none', () => {
    const expected = 'lock: expected name to be a string of 1 to 8 characters, got '
    expect(problemsOf({ name: '123456789' })).toBe(`${expected}"123456789"`)
    expect(problemsOf({ name: '' })).toBe(`${expected}""`)
    expect(problemsOf({ name: 1 })).toBe(`${expected}1`)
  })

  it('a value that is not one of the listed', () => {
    expect(problemsOf({ name: 'x', mode: 'slow' })).toBe(`lock: expected mode to be one of 'fast', 'safe', got "slow"`)
  })

  it('a required option that is missing', () => {
    expect(problemsOf({})).toContain('expected name to be a string of 1 to 8 characters, and it is missing')
  })

  it('an unknown option, and says what was meant', () => {
    expect(problemsOf({ name: 'x', ttlms: 1 })).toBe(`lock: unknown option 'ttlms'. Did you mean 'ttlMs'?`)
  })

  it('an unknown option that others have under the name, or nearly, and refuses the name', () => {
    expect(problemsOf({ name: 'x', style: 'fast' })).toBe(`lock: unknown option 'style'. Did you mean 'mode'?`)
    expect(problemsOf({ name: 'x', calback: 1 })).toBe(`lock: unknown option 'calback'. Did you mean 'onEnd'?`)
    // A name of ours always means itself.
    expect(problemsOf({ name: 'x', nam: 1 })).toBe(`lock: unknown option 'nam'. Did you mean 'name'?`)
  })

  it('an unknown option that resembles none, and says which there are', () => {
    expect(problemsOf({ name: 'x', zebra: 1 })).toBe(
      `lock: unknown option 'zebra'. Known are ttlMs, ratio, name, verbose, mode, onEnd`,
    )
  })

  it('unknown options, and has what was meant as the suggestion, apart from the problems', () => {
    const suggestionOf = (input: object): unknown => caught(input).suggestion
    expect(suggestionOf({ name: 'x', ttlms: 1, verbose: 5 })).toBe("Did you mean 'ttlMs'?")
    expect(suggestionOf({ name: 'x', ttlms: 1, rato: 1 })).toBe(
      "Did you mean 'ttlMs' for 'ttlms', and 'ratio' for 'rato'?",
    )
    expect(suggestionOf({ name: 'x', ttlms: 1, zebra: 1 })).toMatch(
      /^Did you mean 'ttlMs' for 'ttlms'\? Known are ttlMs, /,
    )
    expect(suggestionOf({ name: 'x', verbose: 5 })).toBeUndefined()
    expect(caught({ name: 'x', ttlms: 1 }).context).toEqual({ problems: ["unknown option 'ttlms'"] })
  })

  it('names from the prototype of objects', () => {
    expect(problemsOf({ name: 'x', toString: () => 'x' })).toContain(`unknown option 'toString'`)
  })

  it.each([null, [], 'ttlMs=5', 5])('%o in place of the options', (input) => {
    expect(problemsOf(input)).toMatch(/^lock: expected the options to be an object, got /)
  })

  it('everything that is wrong at once', () => {
    expect(problemsOf({ ttlMs: 1, verbose: 'yes', zebra: 1 }).split('; ')).toHaveLength(4)
  })
})

describe('a relation between options', () => {
  const range = { min: integer({ default: 0 }), max: integer({ default: 10 }) }
  const ordered = ({ min, max }: { min: number; max: number }): string | undefined =>
    min <= max ? undefined : `expected min (${min}) to be at most max (${max})`

  it('is refused by the names of both', () => {
    expect(() => resolveOptions('range', range, { min: 20 }, [ordered])).toThrow(
      'range: expected min (20) to be at most max (10)',
    )
  })

  it('is not asked when an option is wrong by itself', () => {
    expect(() => resolveOptions('range', range, { min: 'a' }, [ordered])).toThrow(/got "a"$/)
  })
})

it('recognises a live thing by its methods', () => {
  const field = having<{ now(): number; sleep(): void }>('a clock', 'now', 'sleep')
  expect(field.accepts({ now: () => 0, sleep: () => {} })).toBe(true)
  expect(field.accepts({ now: () => 0 })).toBe(false)
  expect(field.accepts(null)).toBe(false)
})

it('checks a string against a pattern and says what is expected', () => {
  const job = string({ pattern: /^[a-z]+$/, expected: 'lower-case letters' })
  expect(() => resolveOptions('job', { job }, { job: 'A1' })).toThrow('expected job to be lower-case letters, got "A1"')
})
