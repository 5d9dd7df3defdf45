import { createHash } from 'node:crypto'
import { describe, nameAdvice } from '@s3sched/kernel'
import { DatabaseError } from './database-error.ts'
import { escapeSegment } from './document-id.ts'
import { valueAt } from './document-changes.ts'
import { isPlainObject, type Json, type JsonObject } from './plain-json.ts'

/** A partition finds documents by the values of some fields. Fields may be dotted paths. */
export interface Partition {
  readonly fields: Readonly<Record<string, string>>
}

/** The partitions of a resource by their names. */
export type Partitions = Readonly<Record<string, Partition>>

/**
 * Partitions in the form of users: `['status']`, short for `{ byStatus: { fields: { status: 'string' } } }`, or the
 * long form.
 */
export type PartitionsInput = readonly string[] | Partitions

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

const RULE = /^(string|number|boolean|date)(\|maxlength:[1-9]\d{0,2})?$/

/** A longer value is stored as its hash, so that no value makes a key too long. */
const LONGEST_VALUE = 200

/** Reads the partitions of a definition. All problems go to `report`. */
export function readPartitions(input: unknown, report: (problem: string) => void): Partitions {
  const partitions: Record<string, Partition> = {}
  for (const [name, partition] of Object.entries(longForm(input, report))) {
    const fields = isPlainObject(partition) ? partition['fields'] : undefined
    if (!NAME.test(name)) report(`partition ${describe(name)} must be named by 1 to 64 letters, digits, '_' or '-'`)
    else if (!isPlainObject(fields) || Object.keys(fields).length === 0) {
      report(
        `partition '${name}' must have fields, such as { fields: { status: 'string' } }, got ${describe(partition)}`,
      )
    } else {
      for (const [field, rule] of Object.entries(fields)) {
        if (typeof rule === 'string' && RULE.test(rule)) continue
        const expected = "'string', 'number', 'boolean' or 'date', and then perhaps '|maxlength:10'"
        report(`field '${field}' of partition '${name}' must be ${expected}, got ${describe(rule)}`)
      }
      partitions[name] = { fields: fields as Readonly<Record<string, string>> }
    }
  }
  return partitions
}

function longForm(input: unknown, report: (problem: string) => void): Readonly<Record<string, unknown>> {
  if (isPlainObject(input)) return input
  if (!Array.isArray(input) || !input.every((field) => typeof field === 'string' && field !== '')) {
    report(`expected partitions to be a list of attribute names or an object of partitions, got ${describe(input)}`)
    return {}
  }
  return Object.fromEntries(
    (input as string[]).map((field) => [
      `by${field.charAt(0).toUpperCase()}${field.slice(1)}`,
      { fields: { [field]: 'string' } },
    ]),
  )
}

/**
 * The value of a document in a partition, as one segment of a key. `undefined` for a document that lacks a field and is
 * therefore in no part of the partition.
 */
export function partitionValue(partition: Partition, attributes: JsonObject): string | undefined {
  const parts: string[] = []
  for (const field of Object.keys(partition.fields).toSorted()) {
    const value = valueAt(attributes, field)
    if (value === undefined || value === null) return undefined
    parts.push(`${escapeSegment(field)}=${escapeSegment(asText(value, partition.fields[field] ?? 'string'))}`)
  }
  const joined = parts.join('&')
  return joined.length <= LONGEST_VALUE ? joined : `~${createHash('sha256').update(joined).digest('base64url')}`
}

function asText(value: Json, rule: string): string {
  const [kind, maxLength] = rule.split('|maxlength:')
  // eslint-disable-next-line no-restricted-globals -- writes a given instant; reads no clock
  const instant = kind === 'date' && typeof value === 'number' ? new Date(value) : undefined
  const isInstant = instant !== undefined && !Number.isNaN(instant.getTime())
  const text = isInstant ? instant.toISOString() : typeof value === 'string' ? value : JSON.stringify(value)
  const meant = kind === 'date' && maxLength === undefined ? text.slice(0, 'YYYY-MM-DD'.length) : text
  return maxLength === undefined ? meant : meant.slice(0, Number(maxLength))
}

/** @throws {@link DatabaseError} `PARTITION_NOT_FOUND` */
export function partitionNamed(subject: string, partitions: Partitions, name: string): Partition {
  const partition = Object.hasOwn(partitions, name) ? partitions[name] : undefined
  if (partition !== undefined) return partition
  const known = Object.keys(partitions)
  const all = known.length === 0 ? 'It has none' : `It has ${known.join(', ')}`
  throw new DatabaseError(`${subject} has no partition ${describe(name)}`, {
    code: 'PARTITION_NOT_FOUND',
    suggestion: nameAdvice(name, known, all),
    context: { partition: name, known },
  })
}
