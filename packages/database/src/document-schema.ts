import FastestValidator, { type ValidationError } from 'fastest-validator'
import { messageOf } from '@s3sched/kernel'
import { readAttributes, type Attributes, type Rule } from './attribute-rules.ts'
import { DatabaseError } from './database-error.ts'
import { isPlainObject, toPlainJson, type JsonObject } from './plain-json.ts'

/** A document that breaks a rule, in words. */
export interface FieldProblem {
  readonly field: string
  readonly message: string
}

export type CheckedDocument =
  | { readonly outcome: 'valid'; readonly attributes: JsonObject }
  | { readonly outcome: 'invalid'; readonly problems: readonly FieldProblem[] }

/** The rules of a resource, compiled. */
export interface DocumentSchema {
  /** The attributes as they will be stored: defaults filled in, strings trimmed, `'5'` made a number where one is due. */
  check(document: JsonObject): CheckedDocument
  /** The stored attributes as users get them: what a rule says is a date is a `Date`. */
  revive(document: JsonObject): Record<string, unknown>
}

/** The package is CommonJS and exports the class itself, while its types speak of a default export. */
const Validator = FastestValidator as unknown as typeof FastestValidator.default

/** Conversions as in s3db.js, so that a document means the same in both. */
const DEFAULTS = {
  string: { trim: true },
  number: { convert: true },
  boolean: { convert: true },
  date: { convert: true },
}

/**
 * @param subject - what the definition is of, for the message.
 * @throws {@link DatabaseError} `INVALID_DEFINITION`, naming every attribute that is wrong.
 */
export function compileSchema(subject: string, attributes: Attributes): DocumentSchema {
  const problems: string[] = []
  const rules = readAttributes(attributes, '', (path, problem) => problems.push(`${path || 'attributes'}: ${problem}`))
  // The id is checked by itself and is no part of the body; users of s3db.js often declare it all the same.
  const { id, ...declared } = rules
  if (id !== undefined && id.type !== 'string') problems.push('id: is always a string, so it need not be declared')
  if (problems.length > 0) throw invalidDefinition(subject, problems)
  const root: Rule = { type: 'object', props: declared }
  const check = compile(subject, root)
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
  }
}

function compile(subject: string, root: Rule): (value: unknown) => true | ValidationError[] {
  try {
    const validator = new Validator({ useNewCustomCheckerFunction: true, defaults: DEFAULTS })
    // It completes the rules that it is given, so it gets its own.
    return validator.compile({ $$root: true, ...structuredClone(root) }) as (value: unknown) => true | ValidationError[]
  } catch (error) {
    throw invalidDefinition(subject, [messageOf(error)], error)
  }
}

function problemOf(error: ValidationError): FieldProblem {
  return { field: error.field, message: error.message ?? `the '${error.field}' field is invalid (${error.type})` }
}

function revive(rule: Rule | undefined, value: unknown): unknown {
  if (rule === undefined || value === null || value === undefined) return value
  // eslint-disable-next-line no-restricted-globals -- makes a stored instant a Date; reads no clock
  if (rule.type === 'date') return typeof value === 'string' ? new Date(value) : value
  if (rule.type === 'array' && Array.isArray(value)) return value.map((item) => revive(rule.items, item))
  if (rule.props === undefined || !isPlainObject(value)) return value
  const { props } = rule
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(ownRule(props, name), item)]))
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
