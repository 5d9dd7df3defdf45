import { describe, fullJitter, type Clock, type Random } from '@s3sched/kernel'
import { encodeDocument, readDocument, type Fields, type ObjectStore } from '@s3sched/store'
import type { Compilers } from './compilers.ts'
import { DatabaseError } from './database-error.ts'
import { isPlainObject } from './plain-json.ts'
import { resolveDefinition, sameDefinition, type ResourceDefinition } from './resource-definition.ts'

/**
 * The definitions of all resources, in a single object: one GET at connect gives a process all definitions. The object
 * is written only for a new or changed definition, by compare-and-swap, so that two processes that define different
 * resources keep both definitions.
 */
export interface Catalog {
  /** 1 GET. Unreadable definitions are left out and named in `problems`. */
  read(): Promise<{ readonly definitions: readonly ResourceDefinition[]; readonly problems: readonly string[] }>
  /** 1 GET. An unreadable stored definition counts as missing, because the caller is about to replace it. */
  find(name: string): Promise<ResourceDefinition | undefined>
  /** Stores a definition: 1 GET, and 1 PUT when it differs. */
  define(definition: ResourceDefinition): Promise<void>
}

export const CATALOG_KEY = 'catalog.json'

const MAX_ATTEMPTS = 20
const BACKOFF = { baseMs: 10, maxMs: 1000 } as const

interface Read {
  readonly fields: Fields
  readonly resources: Readonly<Record<string, unknown>>
  /** `undefined` without a catalog object. */
  readonly etag: string | undefined
}

/** @param store - the part of the store below the database's `resources/` */
export function createCatalog(
  store: ObjectStore,
  clock: Clock,
  random: Random,
  compileSchema: Compilers['compileSchema'],
): Catalog {
  /** Checks stored definitions like definitions from users: their writer is unknown. */
  const definitionOf = (name: string, stored: unknown): ResourceDefinition | string => {
    try {
      const definition = resolveDefinition(stored, compileSchema)
      return definition.name === name
        ? definition
        : `resource '${name}' is stored under the name of '${definition.name}'`
    } catch (error) {
      if (error instanceof DatabaseError) return error.message
      throw error
    }
  }
  const findIn = (resources: Read['resources'], name: string): ResourceDefinition | undefined => {
    const read = Object.hasOwn(resources, name) ? definitionOf(name, resources[name]) : undefined
    return typeof read === 'string' ? undefined : read
  }

  const load = async (): Promise<Read> => {
    const got = await readDocument(store, CATALOG_KEY)
    if (got.outcome === 'missing' || got.outcome === 'unchanged') return { fields: {}, resources: {}, etag: undefined }
    const problem = got.outcome === 'unreadable' ? got.problem : undefined
    const resources = got.outcome === 'found' ? got.fields['resources'] : undefined
    if (got.outcome === 'found' && isPlainObject(resources)) return { fields: got.fields, resources, etag: got.etag }
    throw new DatabaseError(
      `the definitions of the resources can't be read: ${problem ?? `resources is ${describe(resources)}`}`,
      { code: 'UNREADABLE', suggestion: `Look at the object ${CATALOG_KEY} of ${store.description}` },
    )
  }

  return {
    find: async (name) => findIn((await load()).resources, name),
    async read() {
      const { resources } = await load()
      const definitions: ResourceDefinition[] = []
      const problems: string[] = []
      for (const [name, stored] of Object.entries(resources)) {
        const read = definitionOf(name, stored)
        if (typeof read === 'string') problems.push(read)
        else definitions.push(read)
      }
      return { definitions, problems }
    },
    async define(definition) {
      for (let attempt = 1; ; attempt++) {
        const { fields, resources, etag } = await load()
        const before = findIn(resources, definition.name)
        if (before !== undefined && sameDefinition(before, definition)) return
        const next = { ...fields, resources: { ...resources, [definition.name]: definition } }
        const condition = etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: etag }
        const put = await store.put(CATALOG_KEY, encodeDocument(next, random.id()), { condition })
        if (put.outcome === 'written') return
        // An unknown outcome does no harm: the next attempt finds a definition that landed, and writes nothing.
        if (attempt === MAX_ATTEMPTS)
          throw undecided(definition.name, put.outcome === 'unknown' ? put.cause : undefined)
        await clock.sleep(fullJitter(attempt, BACKOFF, random))
      }
    },
  }
}

function undecided(name: string, cause: unknown): DatabaseError {
  return new DatabaseError(`the definition of resource '${name}' could not be written in ${MAX_ATTEMPTS} attempts`, {
    code: 'CONFLICT',
    retriable: true,
    context: { resource: name },
    cause,
  })
}
