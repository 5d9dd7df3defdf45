import { describe, didYouMean } from '@s3sched/kernel'
import { isPlainObject, type JsonObject } from './plain-json.ts'
import { PARAMETERS, parameterProblem, RULE_TYPES, TYPE_ALIASES, type RuleType } from './rule-parameters.ts'

/**
 * The rule of an attribute as users write it: a shorthand (`'string|min:3|optional'`, `'number[]'`), a rule object (`{
 * type: 'string', min: 3 }`), a list of alternatives, or an object of nested attributes.
 */
export type AttributeRule = string | readonly AttributeRule[] | { readonly [name: string]: unknown }

/** The rule of each attribute of a resource, by the name of the attribute. */
export type Attributes = Readonly<Record<string, AttributeRule>>

/** A rule in the normal form that the validator gets. */
export interface Rule {
  readonly type: RuleType | 'multi'
  readonly optional?: boolean
  readonly props?: Readonly<Record<string, Rule>>
  readonly items?: Rule
  readonly rules?: readonly Rule[]
  readonly [parameter: string]: unknown
}

/** Reports a problem and its place. */
export type Report = (path: string, problem: string) => void

const NAME = /^(?!\$\$)[\p{L}_$][\p{L}\p{N}_$-]{0,63}$/u

const RESERVED = ['__proto__', 'constructor', 'prototype']

/** Reads the attributes of a resource or of a nested object. All problems go to `report`. */
export function readAttributes(attributes: unknown, path: string, report: Report): Record<string, Rule> {
  const rules: Record<string, Rule> = {}
  if (!isPlainObject(attributes)) {
    report(path, `expected an object of attributes, got ${describe(attributes)}`)
    return rules
  }
  for (const [name, rule] of Object.entries(attributes)) {
    if (name === '$$type' || name === '$$strict') continue
    const below = path === '' ? name : `${path}.${name}`
    if (!NAME.test(name) || RESERVED.includes(name)) {
      report(below, `an attribute's name is 1 to 64 letters, digits, '_', '$' or '-', got ${describe(name)}`)
    } else rules[name] = readRule(rule, below, report)
  }
  return rules
}

function readRule(rule: unknown, path: string, report: Report): Rule {
  if (typeof rule === 'string') return readRuleObject(parseShorthand(rule), path, report)
  if (Array.isArray(rule) && rule.length > 0) {
    const rules = rule.map((alternative, index) => readRule(alternative, `${path}[${index}]`, report))
    return { type: 'multi', rules, optional: rules.every((alternative) => alternative.optional === true) }
  }
  if (!isPlainObject(rule)) {
    report(path, `expected a rule such as 'string|optional', got ${describe(rule)}`)
    return { type: 'any' }
  }
  return isRuleObject(rule) ? readRuleObject(rule, path, report) : readNested(rule, path, report)
}

/** False for a nested object, whose `type` is itself a rule: `{ type: 'string|optional', street: 'string' }`. */
function isRuleObject(rule: Readonly<Record<string, unknown>>): boolean {
  const { type } = rule
  if (typeof type !== 'string' || type.includes('|')) return false
  if (typeNamed(type) !== undefined) return true
  // An unknown type with only rule parameters beside it is a misspelt rule, so that the message is about the type.
  const parameters = new Set(Object.values(PARAMETERS).flatMap((known) => Object.keys(known)))
  return Object.keys(rule).every((name) => name === 'type' || parameters.has(name))
}

/**
 * A nested object is optional as a whole by default, as in s3db.js. Its own attributes are required by default, as
 * everywhere.
 */
function readNested(rule: Readonly<Record<string, unknown>>, path: string, report: Report): Rule {
  const { $$type = 'object|optional', $$strict = false } = rule
  const whole = typeof $$type === 'string' ? parseShorthand($$type) : { type: $$type }
  const head = readRuleObject({ ...whole, strict: $$strict }, path, report)
  if (head.type !== 'object') report(path, `$$type must begin with 'object', got ${describe($$type)}`)
  return { ...head, type: 'object', props: readAttributes(rule, path, report) }
}

function readRuleObject(given: Readonly<Record<string, unknown>>, path: string, report: Report): Rule {
  const { type: name, ...parameters } = given
  const type = typeof name === 'string' ? typeNamed(name) : undefined
  if (type === undefined) {
    report(path, unknownType(name))
    return { type: 'any' }
  }
  const rule: Record<string, unknown> = { type }
  for (const [parameter, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    const kind = Object.hasOwn(PARAMETERS[type], parameter) ? PARAMETERS[type][parameter] : undefined
    if (kind === undefined) report(path, unknownParameter(type, parameter))
    else if (kind === 'rule') rule[parameter] = readRule(value, `${path}.${parameter}`, report)
    else if (kind === 'rules') rule['props'] = readAttributes(value, path, report)
    else {
      const problem = parameterProblem(kind, value)
      if (problem === undefined) rule[parameter] = value
      else report(path, `${parameter} ${problem}, got ${describe(value)}`)
    }
  }
  return settled(rule as Rule, path, report)
}

/** Expresses `required`, the default, as `optional: false`. A rule with both parameters set contradicts itself. */
function settled(given: Rule, path: string, report: Report): Rule {
  const { required, ...rest } = withoutNoise(given)
  if (rest.type === 'enum' && rest['values'] === undefined) report(path, "a rule of type 'enum' needs values: [...]")
  if (required === undefined) return rest
  if (rest.optional !== undefined && rest.optional === required) report(path, "can't be both required and optional")
  return { ...rest, optional: !required }
}

/** Dates are stored as JSON and always converted, for any value of `convert`. */
function withoutNoise(rule: Rule): Rule {
  if (rule.type !== 'date') return rule
  const { convert: _always, ...rest } = rule
  return rest
}

/** Never reports: nonsense is found when the rule is read. */
function parseShorthand(text: string): JsonObject {
  const [head = '', ...rest] = text.split('|').map((part) => part.trim())
  const rule: Record<string, string | number | boolean> = head.endsWith('[]')
    ? { type: 'array', items: head.slice(0, -2) }
    : { type: head }
  for (const part of rest) {
    const colon = part.indexOf(':')
    if (colon >= 0) rule[part.slice(0, colon).trim()] = parseValue(part.slice(colon + 1).trim())
    else if (part.startsWith('no-')) rule[part.slice(3)] = false
    else rule[part] = true
  }
  return rule
}

function parseValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

function typeNamed(name: string): RuleType | undefined {
  if (Object.hasOwn(TYPE_ALIASES, name)) return TYPE_ALIASES[name]
  return RULE_TYPES.find((type) => type === name)
}

function unknownType(name: unknown): string {
  if (name === 'secret' || name === 'password') {
    return `type '${name}' is not there: this database encrypts and hashes nothing; do it before, and declare a 'string'`
  }
  const known = [...RULE_TYPES, ...Object.keys(TYPE_ALIASES)]
  const meant = typeof name === 'string' ? didYouMean(name, known) : undefined
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean '${meant}'?`
  return `unknown type ${describe(name)}: ${hint}`
}

function unknownParameter(type: RuleType, name: string): string {
  const known = Object.keys(PARAMETERS[type])
  const meant = didYouMean(name, known)
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean '${meant}'?`
  return `a rule of type '${type}' has no ${describe(name)}: ${hint}`
}
