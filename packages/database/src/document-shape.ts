import { describe, type Clock, type Random } from '@s3sched/kernel'
import type { Compilers } from './compilers.ts'
import { DatabaseError } from './database-error.ts'
import { applyChanges } from './document-changes.ts'
import { idToSegment } from './document-id.ts'
import type { DocumentSchema } from './document-schema.ts'
import type { Filter } from './filter.ts'
import { withDates } from './filter-dates.ts'
import { toPlainJson, type JsonObject } from './plain-json.ts'
import type { ResourceDefinition } from './resource-definition.ts'
import type { StoredDocument } from './stored-document.ts'

/** A document as users see it: its attributes, with the id beside them. */
export type Document<T extends object = Record<string, unknown>> = T & { readonly id: string }

/** What to change: some attributes (a name may be a dotted path), or a function of the document as it is. */
export type Changes<T extends object = Record<string, unknown>> =
  Readonly<Record<string, unknown>> | ((document: Document<T>) => Readonly<Record<string, unknown>> | undefined)

/** What somebody handed in, with its id apart and its attributes as JSON; not validated yet. */
export interface GivenDocument {
  readonly id: string
  readonly attributes: JsonObject
}

/** How documents of one definition go in and come out. Nothing here touches the store. */
export interface DocumentShape<T extends object> {
  /**
   * @param id - the id that it must have, if it has one
   * @param random - gives an id to a document without one; without `random` it must have one
   */
  given(document: unknown, id?: string, random?: Random): GivenDocument
  /** The attributes of a whole document, to be written over `current` if there is one. */
  whole(attributes: JsonObject, current?: StoredDocument): JsonObject
  /** The attributes after some changes, or `undefined` when a function of the document changes nothing. */
  changed(current: StoredDocument, changes: Changes<T>): JsonObject | undefined
  present(document: { readonly id: string; readonly attributes: JsonObject }): Document<T>
  /** The value of an attribute, by its dotted path, as it would be stored. */
  convertAt: DocumentSchema['convertAt']
  /** A filter with dates where a date attribute is compared with a text. */
  prepareFilter(filter: Filter): Filter
}

export function createDocumentShape<T extends object>(
  definition: ResourceDefinition,
  clock: Clock,
  compileSchema: Compilers['compileSchema'],
): DocumentShape<T> {
  const { name, timestamps } = definition
  const subject = `resource '${name}'`
  const schema = compileSchema(subject, definition.attributes)

  const checked = (attributes: JsonObject): JsonObject => {
    const result = schema.check(attributes)
    if (result.outcome === 'valid') return result.attributes
    throw invalid(result.problems.map(({ message }) => message).join(' '), { problems: result.problems })
  }
  const stamped = (attributes: JsonObject, current?: StoredDocument): JsonObject => {
    if (!timestamps) return attributes
    // eslint-disable-next-line no-restricted-globals -- writes the clock's reading as ISO 8601; reads no clock
    const now = new Date(clock.now()).toISOString()
    return { ...attributes, createdAt: current?.attributes['createdAt'] ?? now, updatedAt: now }
  }
  const invalid = (problem: string, context: object = {}): DatabaseError =>
    new DatabaseError(`invalid document for ${subject}: ${problem}`, {
      code: 'VALIDATION_FAILED',
      context: { resource: name, ...context },
    })
  const present: DocumentShape<T>['present'] = ({ id, attributes }) => {
    // Whatever the body holds under this name, the id is the one of the key.
    const { id: _other, ...shown } = schema.revive(attributes)
    return { id, ...shown } as unknown as Document<T>
  }

  const given: DocumentShape<T>['given'] = (document, expectedId, random) => {
    const plain = toPlainJson(document)
    if (plain.outcome === 'refused') throw invalid(plain.problem)
    const { id: own, ...attributes } = plain.value
    if (own !== undefined && expectedId !== undefined && own !== expectedId) {
      throw invalid(`its id can't be changed (from ${describe(expectedId)} to ${describe(own)})`)
    }
    const id = own ?? expectedId ?? random?.id()
    idToSegment(id)
    const path = Object.keys(attributes).find((attribute) => attribute.startsWith('id.'))
    if (path !== undefined) throw invalid(`its id is a string, and ${describe(path)} would make it an object`)
    return { id: id as string, attributes }
  }

  return {
    given,
    // A dotted name is a path here too: the same document means the same whether it is inserted or changed.
    whole: (attributes, current) => checked(stamped(applyChanges({}, attributes), current)),
    changed: (current, changes) => {
      // The function gets its own copy: what it does to nested values is no change of the document.
      const own = typeof changes === 'function' ? structuredClone(current.attributes) : current.attributes
      const asked = typeof changes === 'function' ? changes(present({ id: current.id, attributes: own })) : changes
      if (asked === undefined && typeof changes === 'function') return undefined
      const { attributes } = given(asked, current.id)
      return checked(stamped(applyChanges(current.attributes, attributes), current))
    },
    present,
    convertAt: (path, value) => schema.convertAt(path, value),
    prepareFilter: (filter) => withDates(filter, (path) => schema.isDateAt(path)),
  }
}
