import {
  describe,
  mapParallel,
  TypedEmitter,
  type Clock,
  type EventNames,
  type Logger,
  type Random,
} from '@s3sched/kernel'
import { scopeStore, type ObjectStore } from '@s3sched/store'
import type { Compilers } from './compilers.ts'
import { DatabaseError } from './database-error.ts'
import { idToSegment } from './document-id.ts'
import {
  countDocuments,
  listDocumentIds,
  listDocuments,
  pageDocuments,
  type ListRequest,
  type Page,
  type PageRequest,
  type QueryTarget,
  type Selection,
} from './document-query.ts'
import { createDocumentShape, type Changes, type Document, type DocumentShape } from './document-shape.ts'
import { createDocumentStore, type ChangeOptions, type Decide, type DocumentStore } from './document-store.ts'
import type { Filter } from './filter.ts'
import { insertAll } from './insert-many.ts'
import type { JsonObject } from './plain-json.ts'
import type { Predicate } from './predicate.ts'
import { reindexDocuments } from './reindex.ts'
import type { ResourceDefinition } from './resource-definition.ts'

/** The events of a resource by their names, each with its payload. */
export interface ResourceEvents<T extends object = Record<string, unknown>> {
  inserted: { readonly resource: string; readonly id: string; readonly document: Document<T> }
  updated: {
    readonly resource: string
    readonly id: string
    readonly before: Document<T>
    readonly document: Document<T>
  }
  deleted: { readonly resource: string; readonly id: string }
}

/** The names of {@link ResourceEvents}. */
export const RESOURCE_EVENTS: EventNames<ResourceEvents> = { inserted: true, updated: true, deleted: true }

export interface ResourceDeps {
  /** The part of the store below the database's `resources/`. */
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly compilers: Compilers
}

export interface ResourceLimits {
  readonly parallelism: number
  readonly maxUpdateAttempts: number
}

/** A collection of documents. Created by `createResource`, and kept in `database.resources`. */
export class Resource<T extends object = Record<string, unknown>> extends TypedEmitter<ResourceEvents<T>> {
  readonly name: string
  readonly #deps: ResourceDeps
  readonly #limits: ResourceLimits
  #definition: ResourceDefinition
  #shape: DocumentShape<T>
  #documents: DocumentStore

  /** @internal */
  constructor(deps: ResourceDeps, limits: ResourceLimits, definition: ResourceDefinition) {
    super(RESOURCE_EVENTS, (error, event) =>
      deps.logger.error('a listener threw', { resource: definition.name, event, error }),
    )
    this.name = definition.name
    this.#deps = { ...deps, store: scopeStore(deps.store, `${definition.name}/`) }
    this.#limits = limits
    this.#definition = definition
    this.#shape = createDocumentShape(definition, deps.clock, deps.compilers.compileSchema)
    this.#documents = this.#open(definition)
  }

  /** The definition as stored in the bucket. */
  get definition(): ResourceDefinition {
    return this.#definition
  }

  /** @internal Takes a new definition; holders of this resource object continue with the new definition. */
  redefine(definition: ResourceDefinition): void {
    this.#shape = createDocumentShape(definition, this.#deps.clock, this.#deps.compilers.compileSchema)
    this.#definition = definition
    this.#documents = this.#open(definition)
  }

  /**
   * Adds a document under the given id, or under a random id of 22 characters. 1 PUT.
   * @throws {@link DatabaseError} `VALIDATION_FAILED`, `INVALID_ID`, `ALREADY_EXISTS`
   */
  async insert(document: Readonly<Record<string, unknown>>): Promise<Document<T>> {
    const { id, attributes } = this.#prepare(document)
    return this.#insert(id, attributes)
  }

  /**
   * Adds many documents; all documents are validated before the first write. 1 PUT each, in parallel.
   * @throws {@link DatabaseError} as {@link insert}; `PARTIAL_FAILURE` when some were written, with their ids in
   *   `context.inserted` and the others in `context.failed`.
   */
  async insertMany(documents: readonly Readonly<Record<string, unknown>>[]): Promise<Document<T>[]> {
    return insertAll(this.#subject, documents, this.#limits.parallelism, {
      prepare: (document) => this.#prepare(document),
      insert: (id, attributes) => this.#insert(id, attributes),
    })
  }

  /** 1 GET. @throws {@link DatabaseError} `DOCUMENT_NOT_FOUND` */
  async get(id: string): Promise<Document<T>> {
    const found = await this.getOrNull(id)
    if (found === null) throw this.#notFound(id)
    return found
  }

  /** 1 GET. */
  async getOrNull(id: string): Promise<Document<T> | null> {
    const found = await this.#documents.read(id)
    return found === undefined ? null : this.#shape.present(found)
  }

  /** 1 GET. */
  async exists(id: string): Promise<boolean> {
    return (await this.#documents.read(id)) !== undefined
  }

  /**
   * Changes some attributes of a document; attributes not in `changes` stay. Objects are merged, `null` is a value,
   * `undefined` changes nothing. After a conflict with another writer, the change is applied again to the new document.
   * A function may therefore be called more than once, and must only compute. 1 GET and 1 PUT.
   *
   * @example await counters.update('visits', ({ count }) => ({ count: count + 1 }))
   * @throws {@link DatabaseError} `DOCUMENT_NOT_FOUND`, `VALIDATION_FAILED`, `CONFLICT` (retriable), `UNKNOWN_OUTCOME`
   */
  async update(id: string, changes: Changes<T>): Promise<Document<T>> {
    return this.#change(id, (current) => {
      if (current === undefined) throw this.#notFound(id)
      return this.#shape.changed(current, changes)
    })
  }

  /** The same as {@link update}. */
  async patch(id: string, changes: Changes<T>): Promise<Document<T>> {
    return this.update(id, changes)
  }

  /** Creates or replaces a document as a whole; `createdAt` stays. 1 GET and 1 PUT. */
  async replace(id: string, document: Readonly<Record<string, unknown>>): Promise<Document<T>> {
    const given = this.#shape.given(document, id)
    return this.#change(id, (current) => this.#shape.whole(given.attributes, current))
  }

  /** Changes the document with the given id like {@link update}, or inserts the document. 1 GET and 1 PUT. */
  async upsert(document: Readonly<Record<string, unknown>> & { readonly id: string }): Promise<Document<T>> {
    const { id, attributes } = this.#shape.given(document)
    return this.#change(id, (current) =>
      current === undefined ? this.#shape.whole(attributes) : this.#shape.changed(current, attributes),
    )
  }

  /** 1 GET and 1 DELETE. @throws {@link DatabaseError} `DOCUMENT_NOT_FOUND` */
  async delete(id: string): Promise<void> {
    if (!(await this.#documents.remove(id))) throw this.#notFound(id)
    this.emit('deleted', { resource: this.name, id })
  }

  /**
   * Deletes the existing documents among `ids`, in parallel, and returns their number. 1 GET each, and 1 DELETE per
   * existing document.
   */
  async deleteMany(ids: readonly string[]): Promise<{ readonly deleted: number }> {
    if (!Array.isArray(ids)) {
      throw new DatabaseError(`expected the ids for ${this.#subject} to be an array, got ${describe(ids)}`, {
        code: 'INVALID_ARGUMENT',
      })
    }
    for (const id of ids) idToSegment(id)
    const removed = await mapParallel([...new Set(ids)], this.#limits.parallelism, async (id) => {
      const deleted = await this.#documents.remove(id)
      if (deleted) this.emit('deleted', { resource: this.name, id })
      return deleted
    })
    return { deleted: removed.filter(Boolean).length }
  }

  /**
   * The documents of a selection. Without a filter 1 LIST per 1,000 and 1 GET each; with a filter, all documents are
   * read.
   */
  async list(request: ListRequest<Document<T>> = {}): Promise<Document<T>[]> {
    return listDocuments(this.#target, request)
  }

  /** All matching documents, or the first `limit`. @example query({ active: true }, { limit: 10 }) */
  async query(
    filter: Filter | Predicate<Document<T>>,
    request: Omit<ListRequest, 'filter'> = {},
  ): Promise<Document<T>[]> {
    return listDocuments(this.#target, { ...request, filter })
  }

  /** A page of a selection, and the total number of documents. */
  async page(request: PageRequest<Document<T>> = {}): Promise<Page<Document<T>>> {
    return pageDocuments(this.#target, request)
  }

  /** Number of documents: 1 LIST per 1,000; of a selection: as {@link list}. */
  async count(selection: Selection<Document<T>> = {}): Promise<number> {
    return countDocuments(this.#target, selection)
  }

  /** The ids of a selection. Without a selection: 1 LIST per 1,000. */
  async listIds(request: ListRequest<Document<T>> = {}): Promise<string[]> {
    return listDocumentIds(this.#target, request)
  }

  /**
   * Brings the index of the partitions up to date: adds documents written by code with an older definition, and deletes
   * entries without a document. Reads everything. `createResource` calls `reindex` after a change of the partitions.
   */
  async reindex(): Promise<{ readonly indexed: number; readonly removed: number }> {
    return reindexDocuments(this.#deps.store, this.#documents, this.#definition.partitions, this.#limits.parallelism)
  }

  get #subject(): string {
    return `resource '${this.name}'`
  }

  get #target(): QueryTarget<Document<T>> {
    return {
      subject: this.#subject,
      store: this.#deps.store,
      documents: this.#documents,
      partitions: this.#definition.partitions,
      parallelism: this.#limits.parallelism,
      compileFilter: this.#deps.compilers.compileFilter,
      present: (document) => this.#shape.present(document),
      prepareFilter: (filter) => this.#shape.prepareFilter(filter),
      convertAt: (path, value) => this.#shape.convertAt(path, value),
    }
  }

  #open(definition: ResourceDefinition): DocumentStore {
    return createDocumentStore(this.#deps, {
      resource: definition.name,
      partitions: definition.partitions,
      parallelism: this.#limits.parallelism,
      maxAttempts: this.#limits.maxUpdateAttempts,
    })
  }

  #prepare(document: Readonly<Record<string, unknown>>): { readonly id: string; readonly attributes: JsonObject } {
    const { id, attributes } = this.#shape.given(document, undefined, this.#deps.random)
    return { id, attributes: this.#shape.whole(attributes) }
  }

  async #insert(id: string, attributes: JsonObject): Promise<Document<T>> {
    return this.#change(
      id,
      (current) => {
        if (current === undefined) return attributes
        throw new DatabaseError(`document ${describe(id)} of ${this.#subject} already exists`, {
          code: 'ALREADY_EXISTS',
          suggestion: 'Use update(), replace() or upsert(), or leave out the id to get a new one',
          context: { resource: this.name, id },
        })
      },
      { expectMissing: true },
    )
  }

  async #change(id: string, decide: Decide, options: ChangeOptions = {}): Promise<Document<T>> {
    const { before, after } = await this.#documents.change(id, decide, options)
    if (after === undefined) throw this.#notFound(id)
    const document = this.#shape.present(after)
    if (before === undefined) this.emit('inserted', { resource: this.name, id, document })
    else if (before !== after) {
      this.emit('updated', { resource: this.name, id, before: this.#shape.present(before), document })
    }
    return document
  }

  #notFound(id: string): DatabaseError {
    return new DatabaseError(`document ${describe(id)} of ${this.#subject} does not exist`, {
      code: 'DOCUMENT_NOT_FOUND',
      suggestion: 'Look with exists() or getOrNull() first, or use upsert() to create it',
      context: { resource: this.name, id },
    })
  }
}
