import { describeShape } from './describe-shape.ts'
import { describe } from './describe.ts'
import { didYouMean } from './did-you-mean.ts'
import { S3SchedError } from './error.ts'
import { isObject } from './is-object.ts'

/** The check of one option. Made by {@link integer} and its siblings. */
export interface OptionField<T> {
  /** Completes "expected NAME to be …". */
  readonly expected: string
  /** True for a valid value. */
  accepts(value: unknown): value is T
  /** The value of an absent option. A field without a fallback is required, or made optional by {@link optional}. */
  readonly fallback?: T | undefined
  readonly required: boolean
  /** See {@link withheld}. */
  readonly isWithheld?: boolean | undefined
  /** See {@link alsoCalled}. */
  readonly otherNames?: readonly string[] | undefined
}

/** The options of something by their names, each with its check and its default. */
export type OptionSpec = Readonly<Record<string, OptionField<unknown>>>

/** The result of {@link resolveOptions} for a specification. */
export type ResolvedOptions<S extends OptionSpec> = {
  readonly [K in keyof S]: S[K] extends OptionField<infer T> ? T : never
}

/**
 * A rule between options: returns the problem, or `undefined`. The rules are checked only when every option is valid by
 * itself.
 */
export type OptionRelation<S extends OptionSpec> = (options: ResolvedOptions<S>) => string | undefined

/**
 * Checks `input` against `spec` and returns a new frozen object with every default filled in. `undefined` counts as
 * absent, and so does the `null` of an {@link optional} field. All problems are reported together.
 *
 * @throws {@link S3SchedError} `INVALID_OPTIONS`, naming each option, the expected and the received value.
 */
export function resolveOptions<const S extends OptionSpec>(
  subject: string,
  spec: S,
  input: unknown,
  relations: readonly OptionRelation<S>[] = [],
): ResolvedOptions<S> {
  if (input !== undefined && !isObject(input)) {
    throw invalid(subject, [`expected the options to be an object, got ${describe(input)}`])
  }
  const given = input ?? {}
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(spec, name))
  const problems = unknown.map((name) => `unknown option '${name}'`)
  const resolved: Record<string, unknown> = {}
  for (const name of Object.keys(spec)) {
    const field = spec[name] as OptionField<unknown>
    const value = given[name]
    if (value === undefined || (value === null && isOptional(field) && !field.accepts(null))) {
      if (field.required) problems.push(`expected ${name} to be ${field.expected}, and it is missing`)
      resolved[name] = field.fallback
    } else if (field.accepts(value)) resolved[name] = value
    else problems.push(`expected ${name} to be ${field.expected}, got ${shown(field, value)}`)
  }
  const options = Object.freeze(resolved) as ResolvedOptions<S>
  if (problems.length === 0) {
    for (const relation of relations) {
      const problem = relation(options)
      if (problem !== undefined) problems.push(problem)
    }
  }
  if (problems.length > 0) throw invalid(subject, problems, remedyFor(unknown, spec))
  return options
}

function shown({ isWithheld }: OptionField<unknown>, value: unknown): string {
  return isWithheld === true ? describeShape(value) : describe(value)
}

/** True where an absent option resolves to `undefined`. */
function isOptional({ fallback, required }: OptionField<unknown>): boolean {
  return !required && fallback === undefined
}

/** The options that are likely meant by unknown ones; all known options where none is like it. */
function remedyFor(unknown: readonly string[], spec: OptionSpec): string | undefined {
  if (unknown.length === 0) return undefined
  const known = Object.keys(spec)
  const meanings = new Map(known.flatMap((name) => (spec[name]?.otherNames ?? []).map((other) => [other, name])))
  for (const name of known) meanings.set(name, name)
  const candidates = [...known, ...meanings.keys()]
  const likely = unknown.flatMap((name) => {
    const meant = meanings.get(didYouMean(name, candidates) ?? '')
    if (meant === undefined) return []
    return unknown.length === 1 ? `'${meant}'` : `'${meant}' for '${name}'`
  })
  const remedies = likely.length === 0 ? [] : [`Did you mean ${likely.join(', and ')}?`]
  if (likely.length < unknown.length) remedies.push(`Known are ${known.join(', ')}`)
  return remedies.join(' ')
}

function invalid(subject: string, problems: readonly string[], suggestion?: string): S3SchedError {
  return new S3SchedError(`${subject}: ${problems.join('; ')}`, {
    code: 'INVALID_OPTIONS',
    context: { problems },
    ...(suggestion !== undefined && { suggestion }),
  })
}

/** Bounds of a number, both inclusive, and its default; without a default the option is required. */
export interface NumberBounds {
  readonly min?: number
  readonly max?: number
  readonly default?: number
}

/** An option that is an integer within bounds. */
export function integer(bounds: NumberBounds = {}): OptionField<number> {
  return numeric('an integer', bounds, Number.isSafeInteger)
}

/** An option that is a finite number within bounds. */
export function number(bounds: NumberBounds = {}): OptionField<number> {
  return numeric('a number', bounds, Number.isFinite)
}

function numeric(noun: string, bounds: NumberBounds, isKind: (value: unknown) => boolean): OptionField<number> {
  const { min = -Infinity, max = Infinity } = bounds
  const from = min === -Infinity ? '' : ` >= ${min}`
  const to = max === Infinity ? '' : `${from === '' ? '' : ' and'} <= ${max}`
  return custom(
    `${noun}${from}${to}`,
    (value): value is number => isKind(value) && (value as number) >= min && (value as number) <= max,
    bounds.default,
  )
}

/** An option that is true or false. */
export function boolean(fallback?: boolean): OptionField<boolean> {
  return custom('true or false', (value) => typeof value === 'boolean', fallback)
}

/** A string of `min` (default 1) to `max` UTF-16 units, matching `pattern` if given. */
export function string(
  rules: {
    readonly min?: number
    readonly max?: number
    readonly pattern?: RegExp
    readonly expected?: string
    readonly default?: string
  } = {},
): OptionField<string> {
  const { min = 1, max = 1024, pattern } = rules
  return custom(
    rules.expected ?? (min > 0 ? `a string of ${min} to ${max} characters` : `a string of at most ${max} characters`),
    (value): value is string =>
      typeof value === 'string' && value.length >= min && value.length <= max && (pattern?.test(value) ?? true),
    rules.default,
  )
}

/** An option that is one of some texts. */
export function oneOf<const T extends string>(values: readonly T[], fallback?: T): OptionField<T> {
  return custom(
    `one of ${values.map((value) => `'${value}'`).join(', ')}`,
    (value): value is T => values.includes(value as T),
    fallback,
  )
}

/**
 * Any function; give its type as the parameter.
 * @typeParam T - the type of the function
 */
export function func<T extends (...args: never[]) => unknown>(expected = 'a function'): OptionField<T> {
  return custom(expected, (value): value is T => typeof value === 'function')
}

/** A live object recognised by its methods: a clock, a store, a logger. */
export function having<T extends object>(expected: string, ...methods: (keyof T & string)[]): OptionField<T> {
  return custom(
    expected,
    (value): value is T =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function'),
  )
}

/**
 * The same options, some with the names that others have for the same thing. Such a name is refused like any unknown
 * one, and the message names the option that is meant.
 */
export function alsoCalled<S extends OptionSpec>(
  spec: S,
  otherNames: { readonly [K in keyof S]?: readonly string[] },
): S {
  const named = Object.entries(spec).map(([name, field]) => [name, { ...field, otherNames: otherNames[name] }])
  return Object.fromEntries(named) as S
}

/** A field with a check of its own. `expected` completes "expected NAME to be …". */
export function custom<T>(expected: string, accepts: (value: unknown) => value is T, fallback?: T): OptionField<T> {
  return { expected, accepts, fallback, required: fallback === undefined }
}

/** The same field, but optional: an absent option resolves to `undefined`. */
export function optional<T>(field: OptionField<T>): OptionField<T | undefined> {
  return {
    expected: field.expected,
    accepts: (value): value is T | undefined => field.accepts(value),
    fallback: undefined,
    required: false,
    isWithheld: field.isWithheld,
  }
}

/**
 * The same field, for a value that may hold a secret: a password, or an address whose path is one. An error tells the
 * shape of a wrong value, and no text of the value.
 */
export function withheld<T>(field: OptionField<T>): OptionField<T> {
  return { ...field, isWithheld: true }
}
