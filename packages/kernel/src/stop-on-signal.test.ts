import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { SignalWatch, type SignalledProcess, type StopSignal } from './stop-on-signal.ts'

/** A process signalled by the test, which records the signals it raised. */
class TestProcess extends EventEmitter implements SignalledProcess {
  readonly pid: number
  readonly raised: string[] = []

  constructor(pid: number) {
    super()
    this.pid = pid
  }

  kill(pid: number, signal: StopSignal): void {
    this.raised.push(`${pid} ${signal}`)
  }

  exit(code: number): void {
    this.raised.push(`exit ${code}`)
  }

  signal(signal: StopSignal): void {
    this.emit(signal, signal)
  }
}

function setUp(yielding = 0, pid = 7) {
  const process = new TestProcess(pid)
  const watch = new SignalWatch(process, () => yielding)
  const stopped: StopSignal[] = []
  let finish = (): void => {}
  const finished = new Promise<void>((resolve) => (finish = resolve))
  const unwatch = watch.add(async (signal) => {
    stopped.push(signal)
    await finished
    unwatch()
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return { process, watch, stopped, unwatch, turn, finish: async () => (finish(), turn()) }
}

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s stops the scheduler, and ends the process when it has stopped',
    async (name) => {
      const { finish, process, stopped, turn } = setUp()
      process.signal(name)
      await turn()
      expect(stopped).toEqual([name])
      expect(process.raised).toEqual([])
      await finish()
      expect(process.raised).toEqual([`7 ${name}`])
      expect(process.listenerCount(name)).toBe(0)
    },
  )

  it('ends the first process of a container by an exit, since no signal would', async () => {
    const { finish, process, turn } = setUp(0, 1)
    process.signal('SIGTERM')
    await turn()
    expect(process.raised).toEqual([])
    await finish()
    expect(process.raised).toEqual(['exit 143'])
  })

  it('ends the process at once when it comes a second time', async () => {
    const { process, stopped, turn } = setUp()
    process.signal('SIGINT')
    await turn()
    process.signal('SIGINT')
    expect(process.raised).toEqual(['7 SIGINT'])
    expect(process.listenerCount('SIGINT')).toBe(0)
    expect(stopped).toEqual(['SIGINT'])
  })

  it('waits for all schedulers of the process', async () => {
    const { finish, process, turn, watch } = setUp()
    let finishOther = (): void => {}
    const other = new Promise<void>((resolve) => (finishOther = resolve))
    watch.add(() => other)
    expect(process.listenerCount('SIGTERM')).toBe(1)
    process.signal('SIGTERM')
    await finish()
    expect(process.raised).toEqual([])
    finishOther()
    await turn()
    expect(process.raised).toEqual(['7 SIGTERM'])
  })

  it.each([[['SIGTERM']], [['SIGINT', 'SIGTERM']]] as const)(
    'is listened for again by the next scheduler after an application has removed all listeners: %j',
    async (removed) => {
      const { process, stopped, turn, watch } = setUp()
      for (const name of removed) process.removeAllListeners(name)
      watch.add(async (name) => void stopped.push(name))
      expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual([1, 1])
      process.signal('SIGTERM')
      await turn()
      expect(stopped).toEqual(['SIGTERM', 'SIGTERM'])
    },
  )

  it('is not listened for when all schedulers were stopped otherwise', () => {
    const { process, unwatch } = setUp()
    unwatch()
    expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual([0, 0])
  })
})

describe('a signal that somebody else listens for', () => {
  it.each(['on', 'once'] as const)('stops the scheduler and leaves the end to them: %s', async (how) => {
    const { finish, process, stopped, turn } = setUp()
    const heard: string[] = []
    process[how]('SIGTERM', () => heard.push('theirs'))
    process.signal('SIGTERM')
    await turn()
    expect([heard, stopped]).toEqual([['theirs'], ['SIGTERM']])
    await finish()
    expect(process.raised).toEqual([])
    expect(process.listenerCount('SIGTERM')).toBe(how === 'on' ? 1 : 0)
  })

  it('calls them first', () => {
    const { process, stopped } = setUp()
    process.on('SIGTERM', () => expect(stopped).toEqual([]))
    process.signal('SIGTERM')
  })

  it('comes to them a second time, too', async () => {
    const { process, turn } = setUp()
    const heard: string[] = []
    process.on('SIGINT', () => heard.push('theirs'))
    process.signal('SIGINT')
    await turn()
    process.signal('SIGINT')
    expect(heard).toEqual(['theirs', 'theirs'])
    expect(process.raised).toEqual([])
  })

  it('ends the process where they only do what nobody else does', async () => {
    const { finish, process, turn } = setUp(1)
    process.on('SIGTERM', () => undefined)
    process.signal('SIGTERM')
    await turn()
    await finish()
    expect(process.raised).toEqual(['7 SIGTERM'])
  })
})
