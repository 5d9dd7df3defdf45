import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createPluginRegistry, type PluginRegistry } from './plugin-registry.ts'

const steps: string[] = []

class TracingPlugin {
  readonly #label: string
  constructor(label: string) {
    this.#label = label
  }
  setInstanceName(name: string): void {
    steps.push(`${this.#label} is ${name}`)
  }
  install(database: string): void {
    steps.push(`${this.#label} install ${database}`)
  }
  async start(): Promise<void> {
    steps.push(`${this.#label} start`)
  }
  async stop(): Promise<void> {
    steps.push(`${this.#label} stop`)
  }
  uninstall(options: object): void {
    steps.push(`${this.#label} uninstall ${JSON.stringify(options)}`)
  }
}

let registry: PluginRegistry<string>

beforeEach(() => {
  registry = createPluginRegistry(silentLogger)
  steps.length = 0
})

describe('the plugins', () => {
  it('are named, installed and started, each once, and stopped in the reverse order', async () => {
    registry.add(new TracingPlugin('one'), undefined)
    registry.add(new TracingPlugin('two'), 'second')
    await registry.activateAll('db')
    await registry.activate('tracing', 'db')
    expect(await registry.stopAll()).toEqual([])
    expect(await registry.stopAll()).toEqual([])
    expect(steps).toEqual([
      'one is tracing',
      'two is second',
      'one install db',
      'one start',
      'two install db',
      'two start',
      'two stop',
      'one stop',
    ])
  })

  it('need nothing but install', async () => {
    registry.add({ install: (database: string) => steps.push(database) }, 'small')
    await registry.activateAll('db')
    await registry.stopAll()
    await registry.remove('small', false)
    expect(steps).toEqual(['db'])
  })

  it('are added once', () => {
    const plugin = new TracingPlugin('one')
    registry.add(plugin, undefined)
    expect(registry.add(plugin, undefined)).toBe('tracing')
    expect(() => registry.add(new TracingPlugin('other'), undefined)).toThrow("there is a plugin 'tracing' already")
  })

  it('are removed: stopped if they run, then uninstalled', async () => {
    registry.add(new TracingPlugin('one'), undefined)
    await registry.activateAll('db')
    steps.length = 0
    await registry.remove('tracing', true)
    expect(steps).toEqual(['one stop', 'one uninstall {"purgeData":true}'])
    await expect(registry.remove('tracin', true)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' })
  })

  it('that fail are named with the step, and do not run', async () => {
    registry.add({ install: () => undefined, start: () => Promise.reject(new Error('no port')) }, 'web')
    await expect(registry.activateAll('db')).rejects.toMatchObject({
      code: 'PLUGIN_FAILED',
      message: "plugin 'web' failed to start: no port",
    })
    expect(await registry.stopAll()).toEqual([])
  })

  it('that fail to stop do not keep the others running', async () => {
    registry.add(new TracingPlugin('one'), undefined)
    registry.add({ install: () => undefined, stop: () => Promise.reject(new Error('stuck')) }, 'web')
    await registry.activateAll('db')
    expect(await registry.stopAll()).toMatchObject([
      { code: 'PLUGIN_FAILED', context: { plugin: 'web', step: 'stop' } },
    ])
    expect(steps.at(-1)).toBe('one stop')
  })

  it.each([null, 5, {}, { install: 'x' }])('are not %j', (plugin) => {
    expect(() => registry.add(plugin, 'x')).toThrow('expected a plugin, an object with install(database)')
  })
})
