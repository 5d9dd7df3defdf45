import { describe, type EventNames, nameAdvice, TypedEmitter } from '@s3sched/kernel'
import { scopeStore, type ObjectStore } from '@s3sched/store'
import { createCatalog, type Catalog } from './catalog.ts'
import { loadCompilers, type Compilers } from './compilers.ts'
import { DatabaseError } from './database-error.ts'
import { resolveDatabaseOptions, type DatabaseOptions, type ResolvedDatabaseOptions } from './database-options.ts'
import { createGatedStore } from './gated-store.ts'
import { createPluginRegistry, type DatabasePlugin, type PluginRegistry } from './plugin-registry.ts'
import {
  resolveDefinition,
  sameDefinition,
  samePartitions,
  type ResourceDefinition,
  type ResourceOptions,
} from './resource-definition.ts'
import { Resource, RESOURCE_EVENTS, type ResourceEvents } from './resource.ts'

/** The events of a database by their names, each with its payload; those of its resources included. */
export interface DatabaseEvents extends ResourceEvents {
  connected: { readonly resources: readonly string[] }
  disconnected: Readonly<Record<string, never>>
  resourceCreated: { readonly resource: string }
  resourceUpdated: { readonly resource: string }
}

const DATABASE_EVENTS: EventNames<DatabaseEvents> = {
  ...RESOURCE_EVENTS,
  connected: true,
  disconnected: true,
  resourceCreated: true,
  resourceUpdated: true,
}

/**
 * A small document database in a bucket: resources with rules, documents without lost updates, and plugins. The README
 * lists good and bad uses.
 *
 * @example
 * const database = new Database({ connectionString: 'memory://trial' })
 * await database.connect()
 * const people = await database.createResource({ name: 'people', attributes: { name: 'string' } })
 * await people.insert({ name: 'Ada' })
 */
export class Database extends TypedEmitter<DatabaseEvents> {
  /** The resources by name, including the resources of other processes at the time of `connect()`. */
  readonly resources: Readonly<Record<string, Resource>>
  readonly #options: ResolvedDatabaseOptions
  readonly #plugins: PluginRegistry<Database>
  readonly #gate: ObjectStore
  readonly #resources: Record<string, Resource> = Object.create(null) as Record<string, Resource>
  #store: ObjectStore | undefined
  /** Set by the first `connect()`. */
  #compilers: Compilers | undefined
  #connecting: Promise<void> | undefined
  #disconnecting: Promise<void> | undefined
  #connected = false

  /**
   * Sends nothing.
   * @throws DatabaseError `INVALID_OPTIONS`; `INVALID_ARGUMENT` and `ALREADY_EXISTS` for one of the `plugins`;
   *   `StoreError` `INVALID_CONNECTION`
   */
  constructor(options: DatabaseOptions) {
    const resolved = resolveDatabaseOptions(options)
    super(DATABASE_EVENTS, (error, event) => resolved.logger.error('a listener threw', { event, error }))
    this.#options = resolved
    this.resources = this.#resources
    this.#plugins = createPluginRegistry(resolved.logger)
    for (const plugin of resolved.plugins) this.#plugins.add(plugin, undefined)
    this.#gate = createGatedStore(() => scopeStore(this.store, `${resolved.prefix}resources/`))
  }

  /** True between `connect()` and `disconnect()`. */
  get connected(): boolean {
    return this.#connected
  }

  /** The same as {@link connected}, as in s3db.js. */
  isConnected(): boolean {
    return this.#connected
  }

  /** The whole store, as opened or given. All objects of this database are below {@link prefix}. */
  get store(): ObjectStore {
    if (this.#store === undefined) throw notConnected()
    return this.#store
  }

  /** The prefix of all keys in the store. */
  get prefix(): string {
    return this.#options.prefix
  }

  /** The plugins by name. */
  get plugins(): Readonly<Record<string, DatabasePlugin<Database>>> {
    return this.#plugins.plugins
  }

  /**
   * Loads the definitions (1 GET), then installs and starts the plugins. A second call does nothing.
   * @throws `StoreError` when the store cannot be reached or refuses
   */
  async connect(): Promise<void> {
    await Promise.allSettled([this.#disconnecting])
    if (this.#connected) return
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #connect(): Promise<void> {
    this.#store = this.#options.open()
    try {
      this.#compilers ??= await loadCompilers()
      const { definitions, problems } = await this.#catalog(this.#compilers).read()
      for (const problem of problems) this.#options.logger.warn(`a definition in the bucket is left out: ${problem}`)
      for (const definition of definitions) this.#attach(definition, this.#compilers)
      this.#connected = true
      await this.#plugins.activateAll(this)
    } catch (error) {
      await this.#close()
      throw error
    }
    this.emit('connected', { resources: Object.keys(this.resources) })
  }

  /**
   * Stops the plugins in reverse order, and closes the store if this database opened the store. Later calls throw
   * `NOT_CONNECTED` until the next `connect()`. A second call does nothing.
   * @throws DatabaseError `PLUGIN_FAILED` when a plugin failed to stop; the database is disconnected all the
   *   same
   */
  async disconnect(): Promise<void> {
    this.#disconnecting ??= this.#disconnect().finally(() => {
      this.#disconnecting = undefined
    })
    return this.#disconnecting
  }

  async #disconnect(): Promise<void> {
    // A pending connect is not torn down half way; its caller is told the result.
    await Promise.allSettled([this.#connecting])
    if (!this.#connected) return
    const failures = await this.#close()
    this.emit('disconnected', {})
    const [first] = failures
    if (first !== undefined) throw first
  }

  async #close(): Promise<readonly DatabaseError[]> {
    const failures = await this.#plugins.stopAll()
    this.#connected = false
    const store = this.#store
    this.#store = undefined
    if (this.#options.ownsStore) await store?.close()
    return failures
  }

  /** The same as `disconnect()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.disconnect()
  }

  /**
   * Creates a resource, or changes an existing resource to this definition: the definition in the code wins. The
   * definition is stored in the bucket, so that other processes get it at `connect()`. 1 GET; 1 PUT for a new or
   * changed definition; reads all documents after a change of the partitions.
   *
   * @throws DatabaseError `INVALID_DEFINITION`, `NOT_CONNECTED`
   */
  async createResource<T extends object = Record<string, unknown>>(options: ResourceOptions): Promise<Resource<T>> {
    const compilers = this.#compilers
    if (!this.#connected || compilers === undefined) throw notConnected()
    const definition = resolveDefinition(options, compilers.compileSchema)
    const catalog = this.#catalog(compilers)
    const before = await catalog.find(definition.name)
    const resource = this.#attach(definition, compilers)
    if (before === undefined || !sameDefinition(before, definition)) {
      // Reindex before the definition is written: after a failure half way, the next call finds the old definition and
      // reindexes again.
      if (before !== undefined && !samePartitions(before, definition)) await resource.reindex()
      await catalog.define(definition)
      this.emit(before === undefined ? 'resourceCreated' : 'resourceUpdated', { resource: definition.name })
    }
    return resource as unknown as Resource<T>
  }

  /**
   * A resource by name, for resources that this process did not create.
   * @throws DatabaseError `RESOURCE_NOT_FOUND`, with the name that was probably meant
   */
  resource<T extends object = Record<string, unknown>>(name: string): Resource<T> {
    if (!this.#connected) throw notConnected()
    const found = this.#resources[name]
    if (found === undefined) throw resourceNotFound(name, Object.keys(this.#resources))
    return found as unknown as Resource<T>
  }

  /**
   * The definitions of all resources known to this process. No request. As a text, a definition is the resource's name,
   * so that `db.resources[definition]` finds the resource, as the documents of s3db.js expect.
   */
  async listResources(): Promise<ResourceDefinition[]> {
    if (!this.#connected) throw notConnected()
    return Object.values(this.#resources).map(({ definition, name }) =>
      Object.defineProperty({ ...definition }, 'toString', { value: () => name }),
    )
  }

  /**
   * Adds a plugin: any object with `install(database)`. The plugin is installed and started at once on a connected
   * database, and otherwise at `connect()`. `disconnect()` stops the plugin.
   *
   * @param name - key in {@link plugins}. @default the name of the plugin's class without `Plugin`, in lower case
   * @returns the plugin
   * @throws DatabaseError `INVALID_ARGUMENT`, `ALREADY_EXISTS`; `PLUGIN_FAILED` when the plugin threw
   */
  async usePlugin<P extends DatabasePlugin<Database>>(plugin: P, name?: string): Promise<P> {
    const added = this.#plugins.add(plugin, name)
    if (this.#connected) await this.#plugins.activate(added, this)
    return plugin
  }

  /** Stops and uninstalls a plugin. @throws DatabaseError `PLUGIN_NOT_FOUND`, `PLUGIN_FAILED` */
  async uninstallPlugin(name: string, options: { readonly purgeData?: boolean } = {}): Promise<void> {
    await this.#plugins.remove(name, options.purgeData ?? false)
  }

  #catalog({ compileSchema }: Compilers): Catalog {
    return createCatalog(this.#gate, this.#options.clock, this.#options.random, compileSchema)
  }

  /** An existing resource object is redefined in place, because callers may hold it. */
  #attach(definition: ResourceDefinition, compilers: Compilers): Resource {
    const present = this.#resources[definition.name]
    if (present !== undefined) {
      present.redefine(definition)
      return present
    }
    const resource = new Resource({ ...this.#options, store: this.#gate, compilers }, this.#options, definition)
    resource.on('inserted', (event) => this.emit('inserted', event))
    resource.on('updated', (event) => this.emit('updated', event))
    resource.on('deleted', (event) => this.emit('deleted', event))
    this.#resources[definition.name] = resource
    return resource
  }
}

function notConnected(): DatabaseError {
  return new DatabaseError('the database is not connected', {
    code: 'NOT_CONNECTED',
    suggestion: 'Call await database.connect() first',
  })
}

function resourceNotFound(name: string, known: readonly string[]): DatabaseError {
  const all = known.length === 0 ? 'There is none; make one with createResource()' : `Known are ${known.join(', ')}`
  return new DatabaseError(`there is no resource ${describe(name)}`, {
    code: 'RESOURCE_NOT_FOUND',
    suggestion: nameAdvice(name, known, all),
    context: { resource: name, known },
  })
}
