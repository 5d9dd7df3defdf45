import { EventEmitter } from 'node:events'
import { silentLogger } from '@s3sched/kernel'
import { describe, expect, it } from 'vitest'
import { stopWithDatabase } from './stop-with-database.ts'

/** The steps of a disconnect of s3db.js: the event, then the ends of the listed plugins. */
class TestDatabase extends EventEmitter {
  pluginList: readonly { stop(): Promise<void> }[]

  constructor(plugins: readonly { stop(): Promise<void> }[]) {
    super()
    this.pluginList = plugins
  }

  async disconnect(): Promise<void> {
    this.emit('disconnected')
    await Promise.all(this.pluginList.map((plugin) => plugin.stop()))
    this.pluginList = []
  }
}

describe('a scheduler in a database of s3db.js', () => {
  it('is stopped by a disconnect, which waits for the end of the stop', async () => {
    const database = new TestDatabase([])
    let end = (): void => {}
    const steps: string[] = []
    const stop = async (): Promise<void> => {
      steps.push('stopping')
      await new Promise<void>((resolve) => (end = resolve))
      steps.push('stopped')
    }
    stopWithDatabase(database, stop, silentLogger)
    const disconnected = database.disconnect().then(() => steps.push('disconnected'))
    await new Promise((resolve) => setImmediate(resolve))
    expect(steps).toEqual(['stopping'])
    end()
    await disconnected
    expect(steps).toEqual(['stopping', 'stopped', 'disconnected'])
  })

  it('leaves the list of plugins that the application gave as it was', async () => {
    const plugins = [{ stop: async () => {} }]
    const database = new TestDatabase(plugins)
    stopWithDatabase(database, async () => {}, silentLogger)
    await database.disconnect()
    expect(plugins).toHaveLength(1)
  })

  it('tells the error of a stop, which keeps no disconnect from its end', async () => {
    const told: unknown[] = []
    const logger = { ...silentLogger, error: (_: string, details?: object) => void told.push(details) }
    const database = new TestDatabase([])
    const error = new Error('no')
    stopWithDatabase(database, () => Promise.reject(error), logger)
    await database.disconnect()
    expect(told).toEqual([{ error }])
  })
})
