import { boolean, custom, string } from '@s3sched/kernel'
import type { AttributeRule, Attributes } from './attribute-rules.ts'
import { checkOptions } from './checked-options.ts'
import { DatabaseError } from './database-error.ts'
import type { Compilers } from './compilers.ts'
import { readPartitions, type Partitions, type PartitionsInput } from './partition.ts'
import { isPlainObject, toPlainJson, type JsonObject } from './plain-json.ts'

/** The argument of `createResource`. */
export interface ResourceOptions {
  /** 1 to 64 of `A-Z a-z 0-9 _ -`, beginning with a letter or a digit. */
  readonly name: string
  /** The rules of the attributes; required by default. Undeclared attributes are stored unchanged. */
  readonly attributes: Attributes
  /** Stores `createdAt` and `updatedAt` in every document, as ISO strings. @default false */
  readonly timestamps?: boolean
  /** Values by which documents can be listed without reading the other documents. @default none */
  readonly partitions?: PartitionsInput
}

/** A resource's definition as stored in the bucket. */
export interface ResourceDefinition {
  readonly name: string
  readonly attributes: Attributes
  readonly timestamps: boolean
  readonly partitions: Partitions
}

const SPEC = {
  name: string({
    max: 64,
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
    expected: "1 to 64 of A-Z a-z 0-9 '_' '-', beginning with a letter or a digit",
  }),
  attributes: custom('an object of attributes', isPlainObject as (value: unknown) => value is Attributes),
  timestamps: boolean(false),
  partitions: custom(
    'a list of attribute names or an object of partitions',
    (value): value is PartitionsInput => Array.isArray(value) || isPlainObject(value),
    [],
  ),
}

const TIMESTAMP: AttributeRule = 'string|optional'

/**
 * Checks a definition and brings it into the normal form for storage and comparison.
 * @throws {@link DatabaseError} `INVALID_DEFINITION`, with everything that is wrong.
 */
export function resolveDefinition(input: unknown, compileSchema: Compilers['compileSchema']): ResourceDefinition {
  const name = isPlainObject(input) && typeof input['name'] === 'string' ? input['name'] : '?'
  const subject = `resource '${name}'`
  const { attributes, timestamps, partitions, ...rest } = checkOptions(
    { code: 'INVALID_DEFINITION', subject },
    SPEC,
    input,
  )
  const plain = toPlainJson(attributes)
  if (plain.outcome === 'refused') {
    throw invalid(subject, `attributes: ${plain.problem}; definitions are kept in the bucket, so they hold only JSON`)
  }
  const problems: string[] = []
  const read = readPartitions(partitions, (problem) => problems.push(problem))
  const declared = withTimestamps(plain.value as Attributes, timestamps)
  for (const [partition, { fields }] of Object.entries(read)) {
    for (const field of Object.keys(fields)) {
      if (Object.hasOwn(declared, field.split('.')[0] ?? '')) continue
      problems.push(
        `partition '${partition}' is by '${field}', which is no attribute; known are ${Object.keys(declared).join(', ')}`,
      )
    }
  }
  if (problems.length > 0) throw invalid(subject, problems.join('; '))
  compileSchema(subject, declared)
  return { ...rest, attributes: declared, timestamps, partitions: read }
}

function withTimestamps(attributes: Attributes, timestamps: boolean): Attributes {
  return timestamps ? { createdAt: TIMESTAMP, updatedAt: TIMESTAMP, ...attributes } : attributes
}

/** True when two definitions mean the same, in any order of their keys. */
export function sameDefinition(one: ResourceDefinition, other: ResourceDefinition): boolean {
  return canonical(one) === canonical(other)
}

export function samePartitions(one: ResourceDefinition, other: ResourceDefinition): boolean {
  return canonical(one.partitions) === canonical(other.partitions)
}

function canonical(json: unknown): string {
  return JSON.stringify(json, (_key, value: unknown) =>
    isPlainObject(value)
      ? Object.fromEntries(Object.entries(value as JsonObject).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

function invalid(subject: string, problem: string): DatabaseError {
  return new DatabaseError(`${subject}: ${problem}`, { code: 'INVALID_DEFINITION' })
}
