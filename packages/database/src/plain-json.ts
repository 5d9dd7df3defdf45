import { describe } from '@s3sched/kernel'

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [name: string]: Json
}

export type PlainCopy =
  | { readonly outcome: 'plain'; readonly value: JsonObject }
  | { readonly outcome: 'refused'; readonly problem: string }

/** Deeper than any intended document; a cycle ends here too. */
const DEEPEST = 32

/**
 * A deep copy of an object as it will be read back from the bucket: dates become ISO strings, `undefined` is left out.
 * Values that JSON would silently change or lose (functions, NaN, Map, class instances, cycles) are refused with their
 * path.
 */
export function toPlainJson(value: unknown): PlainCopy {
  if (!isPlainObject(value)) return { outcome: 'refused', problem: `expected a plain object, got ${describe(value)}` }
  const problems: string[] = []
  const copied = copy(value, '', 0, problems)
  const [problem] = problems
  return problem === undefined ? { outcome: 'plain', value: copied as JsonObject } : { outcome: 'refused', problem }
}

function copy(value: unknown, path: string, depth: number, problems: string[]): Json | undefined {
  const refuse = (why: string): undefined => {
    problems.push(`'${path}' ${why}`)
    return undefined
  }
  if (depth > DEEPEST) return refuse(`is nested deeper than ${DEEPEST} levels, or holds itself`)
  if (value === undefined || value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.isWellFormed() ? value : refuse('is not well-formed Unicode')
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(`is ${value}, which JSON can't hold`)
  if (isDate(value)) return Number.isNaN(value.getTime()) ? refuse('is an invalid date') : value.toISOString()
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => copy(item, `${path}[${index}]`, depth + 1, problems) ?? null)
  }
  if (!isPlainObject(value)) return refuse(`is ${describe(value)}, which JSON can't hold`)
  const copied: Record<string, Json> = {}
  for (const [name, item] of Object.entries(value)) {
    const below = path === '' ? name : `${path}.${name}`
    if (name === '__proto__') return refuse("has a key '__proto__', which is not allowed")
    const plain = copy(item, below, depth + 1, problems)
    if (plain !== undefined) copied[name] = plain
  }
  return copied
}

/** An object literal, also from another realm or without a prototype; no array, date or class instance. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

export function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}
