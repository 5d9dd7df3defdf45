import { describe, messageOf, nameAdvice, type Logger } from '@s3sched/kernel'
import { DatabaseError } from './database-error.ts'

/**
 * The argument of `usePlugin`: any object with `install`. The other methods are called when present, by the convention
 * of s3db.js, so that one plugin fits both.
 */
export interface DatabasePlugin<Database = unknown> {
  /** Called first, with the name of the plugin in the database. */
  setInstanceName?(name: string): void
  /** Called once, with the database. */
  install(database: Database): unknown
  /** Called after the installation in a connected database. */
  start?(): unknown
  /** Called before the database disconnects. */
  stop?(): unknown
  /** Called when the plugin is removed. */
  uninstall?(options: { readonly purgeData: boolean }): unknown
}

export interface PluginRegistry<Database> {
  readonly plugins: Readonly<Record<string, DatabasePlugin<Database>>>
  add(plugin: unknown, name: string | undefined): string
  /** Calls `install` and then `start` of a plugin, once until the plugin is stopped. */
  activate(name: string, database: Database): Promise<void>
  activateAll(database: Database): Promise<void>
  /** Stops the active plugins in reverse order. A failure does not keep the other plugins running. */
  stopAll(): Promise<readonly DatabaseError[]>
  remove(name: string, purgeData: boolean): Promise<void>
}

export function createPluginRegistry<Database>(logger: Logger): PluginRegistry<Database> {
  const plugins: Record<string, DatabasePlugin<Database>> = Object.create(null) as Record<
    string,
    DatabasePlugin<Database>
  >
  const active = new Set<string>()

  const step = async (
    name: string,
    verb: 'install' | 'start' | 'stop' | 'uninstall',
    argument?: unknown,
  ): Promise<void> => {
    const plugin = plugins[name] as unknown as Record<string, ((argument?: unknown) => unknown) | undefined> | undefined
    try {
      await plugin?.[verb]?.(argument)
    } catch (error) {
      throw new DatabaseError(`plugin '${name}' failed to ${verb}: ${messageOf(error)}`, {
        code: 'PLUGIN_FAILED',
        context: { plugin: name, step: verb },
        cause: error,
      })
    }
  }

  const activate = async (name: string, database: Database): Promise<void> => {
    if (active.has(name)) return
    active.add(name)
    try {
      await step(name, 'install', database)
      await step(name, 'start')
    } catch (error) {
      active.delete(name)
      throw error
    }
  }

  const stop = async (name: string): Promise<void> => {
    if (active.delete(name)) await step(name, 'stop')
  }

  return {
    plugins,
    add(plugin, given) {
      if (typeof plugin !== 'object' || plugin === null || typeof (plugin as DatabasePlugin).install !== 'function') {
        throw new DatabaseError(`expected a plugin, an object with install(database), got ${describe(plugin)}`, {
          code: 'INVALID_ARGUMENT',
        })
      }
      const name = given ?? nameOf(plugin)
      if (typeof (name as unknown) !== 'string' || name === '') {
        throw new DatabaseError(`expected the name of a plugin to be a string, got ${describe(name)}`, {
          code: 'INVALID_ARGUMENT',
        })
      }
      if (plugins[name] === plugin) return name
      if (plugins[name] !== undefined) {
        throw new DatabaseError(`there is a plugin '${name}' already`, {
          code: 'ALREADY_EXISTS',
          suggestion: 'Give this one a name of its own: usePlugin(plugin, name)',
        })
      }
      plugins[name] = plugin as DatabasePlugin<Database>
      plugins[name].setInstanceName?.(name)
      return name
    },
    activate,
    async activateAll(database) {
      for (const name of Object.keys(plugins)) await activate(name, database)
    },
    async stopAll() {
      const failures: DatabaseError[] = []
      for (const name of [...active].toReversed()) {
        try {
          await stop(name)
        } catch (error) {
          logger.error(messageOf(error), { plugin: name, error })
          failures.push(error as DatabaseError)
        }
      }
      return failures
    },
    async remove(name, purgeData) {
      if (plugins[name] === undefined) throw notFound(name, Object.keys(plugins))
      await stop(name)
      await step(name, 'uninstall', { purgeData })
      delete plugins[name]
    },
  }
}

/** `SchedulerPlugin` becomes `scheduler`, as in s3db.js. */
function nameOf(plugin: object): string {
  return plugin.constructor.name.replace('Plugin', '').toLowerCase()
}

function notFound(name: string, known: readonly string[]): DatabaseError {
  return new DatabaseError(`there is no plugin ${describe(name)}`, {
    code: 'PLUGIN_NOT_FOUND',
    suggestion: nameAdvice(name, known, `Known are ${known.join(', ') || 'none'}`),
  })
}
