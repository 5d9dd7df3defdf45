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

/** A document as users see it: its attributes and its id. */
export type Document<T extends object = Record<string, unknown>> = T & { readonly id: string }

/** The changes of an update: some attributes (a name may be a dotted path), or a function of the current document. */
export type Changes<T extends object = Record<string, unknown>> =
  | Readonly<Record<string, unknown>>
  | ((document: Document<T>) => Readonly<Record<string, unknown>> | undefined)

/** A document from a caller: the id apart, and the attributes as JSON; not validated yet. */
export interface GivenDocument {
  readonly id: string
  readonly attributes: JsonObject
}

/** Input and output of documents of one definition. No method uses the store. */
export interface DocumentShape<T extends object> {
  /**
   * @param id - the required id, if given
   * @param random - source of the id of a document without an id; without `random` the document must have an id
   */
  given(document: unknown, id?: string, random?: Random): GivenDocument
  /** The attributes of a whole document, to replace `current` if given. */
  whole(attributes: JsonObject, current?: StoredDocument): JsonObject
  /** The attributes after the changes; `undefined` when a function of the document changes nothing. */
  changed(current: StoredDocument, changes: Changes<T>): JsonObject | undefined
  present(document: { readonly id: string; readonly attributes: JsonObject }): Document<T>
  /** The value of an attribute, by its dotted path, as it would be stored. */
  convertAt: DocumentSchema['convertAt']
  /** The filter with a date for every text that is compared with a date attribute. */
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
    // The id in the key wins over an attribute of this name in the body.
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
    // A dotted name is a path here too: a document has the same meaning in an insert and in a change.
    whole: (attributes, current) => checked(stamped(applyChanges({}, attributes), current)),
    changed: (current, changes) => {
      // The function gets a copy: its changes to nested values are no changes of the document.
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
