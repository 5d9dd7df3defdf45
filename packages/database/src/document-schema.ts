import FastestValidator, { type ValidationError } from 'fastest-validator'
import { describe, messageOf } from '@s3sched/kernel'
import { readAttributes, type Attributes, type Rule } from './attribute-rules.ts'
import { DatabaseError } from './database-error.ts'
import { isPlainObject, toPlainJson, type Json, type JsonObject } from './plain-json.ts'

/** A broken rule of a document, in words. */
export interface FieldProblem {
  readonly field: string
  readonly message: string
}

export type CheckedDocument =
  | { readonly outcome: 'valid'; readonly attributes: JsonObject }
  | { readonly outcome: 'invalid'; readonly problems: readonly FieldProblem[] }

/** The compiled rules of a resource. */
export interface DocumentSchema {
  /**
   * The attributes to store: with defaults, trimmed strings, and `'5'` converted to a number where the rule wants a
   * number.
   */
  check(document: JsonObject): CheckedDocument
  /** The stored attributes as users get them: an attribute with a date rule is a `Date`. */
  revive(document: JsonObject): Record<string, unknown>
  /**
   * The value of an attribute, by its dotted path, as {@link check} would store it; a value that breaks its rule stays
   * unchanged.
   */
  convertAt(path: string, value: Json): Json
  /** True when the attribute at a dotted path is a date, or a list of dates. */
  isDateAt(path: string): boolean
}

/** The package is CommonJS and exports the class itself, but its types declare a default export. */
const Validator = FastestValidator as unknown as typeof FastestValidator.default

/** Conversions as in s3db.js, so that a document has the same meaning in both. */
const DEFAULTS = {
  string: { trim: true },
  number: { convert: true },
  boolean: { convert: true },
  date: { convert: true },
}

/**
 * @param subject - name of the definition, for messages.
 * @throws {@link DatabaseError} `INVALID_DEFINITION`, naming all wrong attributes.
 */
export function compileSchema(subject: string, attributes: Attributes): DocumentSchema {
  const problems: string[] = []
  const rules = readAttributes(attributes, '', (path, problem) => problems.push(`${path || 'attributes'}: ${problem}`))
  // The id is checked separately and is not stored in the body; users of s3db.js often declare the id all the same.
  const { id, ...declared } = rules
  if (id !== undefined && id.type !== 'string') problems.push('id: is always a string, so it need not be declared')
  if (problems.length > 0) throw invalidDefinition(subject, problems)
  const root: Rule = { type: 'object', props: declared }
  const check = compile(subject, root)
  const converters = new Map<string, ReturnType<typeof compile>>()
  return {
    check(document) {
      // The validator converts in place.
      const working = structuredClone(document) as Record<string, unknown>
      const checked = check(working)
      if (checked !== true) return { outcome: 'invalid', problems: checked.map(problemOf) }
      const plain = toPlainJson(working)
      if (plain.outcome === 'plain') return { outcome: 'valid', attributes: plain.value }
      return { outcome: 'invalid', problems: [{ field: '', message: plain.problem }] }
    },
    revive: (document) => revive(root, document) as Record<string, unknown>,
    convertAt(path, value) {
      const rule = ruleAt(root, path)
      if (rule === undefined) return value
      let convertOne = converters.get(path)
      if (convertOne === undefined) {
        convertOne = compile(subject, { type: 'object', props: { value: rule } })
        converters.set(path, convertOne)
      }
      const working = { value: structuredClone(value) as unknown }
      if (convertOne(working) !== true) return value
      const plain = toPlainJson(working)
      return plain.outcome === 'plain' ? (plain.value['value'] ?? value) : value
    },
    isDateAt(path) {
      const rule = ruleAt(root, path)
      return rule?.type === 'date' || (rule?.type === 'array' && rule.items?.type === 'date')
    },
  }
}

function compile(subject: string, root: Rule): (value: unknown) => true | ValidationError[] {
  try {
    const validator = new Validator({ useNewCustomCheckerFunction: true, defaults: DEFAULTS })
    // The validator adds to the given rules, and therefore gets a copy.
    return validator.compile({ $$root: true, ...structuredClone(root) }) as (value: unknown) => true | ValidationError[]
  } catch (error) {
    throw invalidDefinition(subject, [messageOf(error)], error)
  }
}

function problemOf(error: ValidationError): FieldProblem {
  const message = error.message ?? `the '${error.field}' field is invalid (${error.type}).`
  return {
    field: error.field,
    message: error.actual === undefined ? message : `${message} Got ${describe(error.actual)}.`,
  }
}

function revive(rule: Rule | undefined, value: unknown): unknown {
  if (rule === undefined || value === null || value === undefined) return value
  // eslint-disable-next-line no-restricted-globals -- makes a stored instant a Date; reads no clock
  if (rule.type === 'date') return typeof value === 'string' ? new Date(value) : value
  if (rule.type === 'array' && Array.isArray(value)) return value.map((item) => revive(rule.items, item))
  if (rule.type === 'multi')
    return revive(
      rule.rules?.find((alternative) => fits(alternative, value)),
      value,
    )
  if (rule.type === 'record' && isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(recordValue(rule), item)]))
  }
  if (rule.props === undefined || !isPlainObject(value)) return value
  const { props } = rule
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(ownRule(props, name), item)]))
}

/** The format of `Date.toISOString`: dates are stored in no other format. */
const ISO_INSTANT = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** True when a stored value may come from an alternative. The first alternative that fits has stored the value. */
function fits({ type }: Rule, value: unknown): boolean {
  if (type === 'any' || type === 'multi') return true
  if (type === 'date') return typeof value === 'string' && ISO_INSTANT.test(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'object' || type === 'record') return isPlainObject(value)
  if (type === 'number' || type === 'boolean') return typeof value === type
  return typeof value === 'string'
}

function recordValue(rule: Rule): Rule | undefined {
  return rule['value'] as Rule | undefined
}

/** The rule of the attribute at a dotted path. */
function ruleAt(root: Rule, path: string): Rule | undefined {
  let rule: Rule | undefined = root
  for (const name of path.split('.')) {
    if (rule === undefined) return undefined
    rule = rule.props === undefined ? recordValue(rule) : ownRule(rule.props, name)
  }
  return rule
}

function ownRule(rules: Readonly<Record<string, Rule>>, name: string): Rule | undefined {
  return Object.hasOwn(rules, name) ? rules[name] : undefined
}

function invalidDefinition(subject: string, problems: readonly string[], cause?: unknown): DatabaseError {
  return new DatabaseError(`${subject}: ${problems.join('; ')}`, {
    code: 'INVALID_DEFINITION',
    context: { problems },
    cause,
  })
}
