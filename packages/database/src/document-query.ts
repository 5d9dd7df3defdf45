import { custom, integer, optional, string, type OptionField } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { checkOptions } from './checked-options.ts'
import type { Compilers } from './compilers.ts'
import { DatabaseError } from './database-error.ts'
import { applyChanges, valueAt } from './document-changes.ts'
import type { Document } from './document-shape.ts'
import type { DocumentStore } from './document-store.ts'
import type { Filter } from './filter.ts'
import { checkPredicate, isPredicate, type Predicate } from './predicate.ts'
import { partitionNamed, partitionValue, type Partition, type Partitions } from './partition.ts'
import { listPartition } from './partition-index.ts'
import { isPlainObject, toPlainJson, type Json, type JsonObject } from './plain-json.ts'
import { compileSort, type SortOrder } from './sort-order.ts'

/** The selected documents. */
export interface Selection<T extends object = Document> {
  /**
   * Only documents that match: a filter object, or a function of the document. Reads the whole collection, or the whole
   * part of a partition.
   * @default all
   */
  readonly filter?: Filter | Predicate<T>
  /** Only documents in one part of this partition; needs `partitionValues`. @default all */
  readonly partition?: string
  /** The values of all fields of the partition. */
  readonly partitionValues?: Readonly<Record<string, unknown>>
}

/** A part of a selection, and its order. */
export interface ListRequest<T extends object = Document> extends Selection<T> {
  /** Largest number of documents. @default all */
  readonly limit?: number
  /** Number of documents to skip. @default 0 */
  readonly offset?: number
  /** @default the order of the ids' keys, which is random unless the caller chooses the ids */
  readonly sort?: SortOrder
}

/** The page of a resource to read. */
export interface PageRequest<T extends object = Document> extends Selection<T> {
  /** Number of documents before the page. @default 0 */
  readonly offset?: number
  /** Documents per page. @default 100 */
  readonly size?: number
  readonly sort?: SortOrder
}

/** A page of the documents of a resource. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly totalItems: number
  /** Counts from 0. */
  readonly page: number
  readonly pageSize: number
  readonly totalPages: number
  readonly hasMore: boolean
}

/** The parts of a resource that a query needs. */
export interface QueryTarget<T extends object> {
  readonly subject: string
  /** The part of the store below `resources/<name>/`. */
  readonly store: ObjectStore
  readonly documents: DocumentStore
  readonly partitions: Partitions
  readonly parallelism: number
  readonly compileFilter: Compilers['compileFilter']
  readonly prepareFilter: (filter: Filter) => Filter
  readonly convertAt: (path: string, value: Json) => Json
  readonly present: (document: { readonly id: string; readonly attributes: JsonObject }) => T
}

const plainObject = (expected: string): OptionField<Readonly<Record<string, unknown>>> =>
  custom(expected, isPlainObject)

const SELECTION = {
  filter: optional(
    custom<Filter | Predicate<object>>(
      'a filter object such as { active: true }, or a function of the document',
      (value): value is Filter | Predicate<object> => isPredicate(value) || isPlainObject(value),
    ),
  ),
  partition: optional(string()),
  partitionValues: optional(plainObject("an object with the partition's fields")),
} as const

const SORT = { sort: optional(plainObject('an object such as { createdAt: -1 }')) } as const

const LIST = {
  ...SELECTION,
  ...SORT,
  limit: optional(integer({ min: 0 })),
  offset: integer({ min: 0, default: 0 }),
} as const

const PAGE = {
  ...SELECTION,
  ...SORT,
  offset: integer({ min: 0, default: 0 }),
  size: integer({ min: 1, default: 100 }),
} as const

type CheckedSelection = ReturnType<typeof checkSelection>

function checkSelection(
  subject: string,
  request: unknown,
): {
  readonly filter: Filter | Predicate<object> | undefined
  readonly partition: string | undefined
  readonly partitionValues: Filter | undefined
} {
  return checkOptions({ code: 'INVALID_ARGUMENT', subject }, SELECTION, request)
}

export async function countDocuments<T extends object>(target: QueryTarget<T>, request: Selection<T>): Promise<number> {
  const selection = checkSelection(`count of ${target.subject}`, request)
  if (isEverything(selection)) return (await target.documents.ids()).length
  return (await select(target, selection, Infinity)).length
}

export async function listDocuments<T extends object>(target: QueryTarget<T>, request: ListRequest<T>): Promise<T[]> {
  const {
    limit = Infinity,
    offset,
    sort,
    ...selection
  } = checkOptions({ code: 'INVALID_ARGUMENT', subject: `list of ${target.subject}` }, LIST, request)
  const end = offset + limit
  if (sort === undefined && isEverything(selection)) {
    const ids = await target.documents.ids(finite(end))
    return (await target.documents.readMany(ids.slice(offset))).map(target.present)
  }
  if (sort === undefined) return (await select(target, selection, end)).slice(offset)
  const compare = compileSort(sort)
  return (await select(target, selection, Infinity)).toSorted(compare).slice(offset, end)
}

export async function listDocumentIds<T extends Document>(
  target: QueryTarget<T>,
  request: ListRequest<T>,
): Promise<string[]> {
  const {
    limit = Infinity,
    offset,
    sort,
    ...selection
  } = checkOptions({ code: 'INVALID_ARGUMENT', subject: `ids of ${target.subject}` }, LIST, request)
  if (sort !== undefined || !isEverything(selection)) return (await listDocuments(target, request)).map(({ id }) => id)
  return (await target.documents.ids(finite(offset + limit))).slice(offset)
}

export async function pageDocuments<T extends object>(
  target: QueryTarget<T>,
  request: PageRequest<T>,
): Promise<Page<T>> {
  const { offset, size, sort, ...selection } = checkOptions(
    { code: 'INVALID_ARGUMENT', subject: `page of ${target.subject}` },
    PAGE,
    request,
  )
  if (sort === undefined && isEverything(selection)) {
    const ids = await target.documents.ids()
    const found = await target.documents.readMany(ids.slice(offset, offset + size))
    return pageOf(found.map(target.present), ids.length, offset, size)
  }
  const all = await select(target, selection, Infinity)
  const ordered = sort === undefined ? all : all.toSorted(compileSort(sort))
  return pageOf(ordered.slice(offset, offset + size), all.length, offset, size)
}

function pageOf<T>(items: readonly T[], totalItems: number, offset: number, size: number): Page<T> {
  return {
    items,
    totalItems,
    page: Math.floor(offset / size),
    pageSize: size,
    totalPages: Math.ceil(totalItems / size),
    hasMore: offset + size < totalItems,
  }
}

/** The first `end` documents of a selection, in the order of their keys; reads no more documents than needed. */
async function select<T extends object>(
  target: QueryTarget<T>,
  selection: CheckedSelection,
  end: number,
): Promise<T[]> {
  const matches = matcherOf(target, selection.filter)
  const part = partOf(target, selection)
  const ids = await (part === undefined ? target.documents.ids() : part.ids())
  const selected: T[] = []
  // A batch of several rounds, so that one slow answer does not delay the other requests.
  const batch = target.parallelism * 4
  for (let from = 0; from < ids.length && selected.length < end;) {
    const wanted = matches === undefined ? Math.min(batch, end - selected.length) : batch
    const found = await target.documents.readMany(ids.slice(from, from + wanted))
    from += wanted
    for (const stored of found) {
      if (part?.holds(stored.attributes) === false) continue
      const document = target.present(stored)
      if (matches?.(document) !== false) selected.push(document)
    }
  }
  return selected.slice(0, finite(end))
}

function matcherOf<T extends object>(
  target: QueryTarget<T>,
  filter: CheckedSelection['filter'],
): ((document: object) => boolean) | undefined {
  if (filter === undefined) return undefined
  return isPredicate(filter) ? checkPredicate(filter) : target.compileFilter(target.prepareFilter(filter))
}

interface Part {
  ids(): Promise<string[]>
  holds(attributes: JsonObject): boolean
}

function partOf<T extends object>(target: QueryTarget<T>, selection: CheckedSelection): Part | undefined {
  const { partition: name, partitionValues } = selection
  const { subject, partitions, store } = target
  if (name === undefined) {
    if (partitionValues === undefined) return undefined
    throw new DatabaseError(`partitionValues of ${subject} need the name of their partition`, {
      code: 'INVALID_ARGUMENT',
    })
  }
  const partition = partitionNamed(subject, partitions, name)
  const plain = toPlainJson(partitionValues ?? {})
  const value =
    plain.outcome === 'plain' ? partitionValue(partition, asStored(target, partition, plain.value)) : undefined
  if (value === undefined) {
    const fields = Object.keys(partition.fields).join(', ')
    throw new DatabaseError(`partition '${name}' of ${subject} needs partitionValues with ${fields}`, {
      code: 'INVALID_ARGUMENT',
      context: { partition: name, partitionValues },
    })
  }
  return {
    ids: () => listPartition(store, name, value),
    holds: (attributes) => partitionValue(partition, attributes) === value,
  }
}

/**
 * The requested values as the rules of their attributes would store them: a date with an offset, a number as text,
 * untrimmed text.
 */
function asStored<T extends object>(target: QueryTarget<T>, { fields }: Partition, values: JsonObject): JsonObject {
  const given = applyChanges({}, values)
  let stored: JsonObject = {}
  for (const field of Object.keys(fields)) {
    const value = valueAt(given, field)
    if (value !== undefined) stored = applyChanges(stored, { [field]: target.convertAt(field, value) })
  }
  return stored
}

function isEverything({ filter, partition, partitionValues }: CheckedSelection): boolean {
  return filter === undefined && partition === undefined && partitionValues === undefined
}

function finite(end: number): number | undefined {
  return Number.isFinite(end) ? end : undefined
}
