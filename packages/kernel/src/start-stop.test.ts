import { describe, expect, it } from 'vitest'
import { StartStop } from './start-stop.ts'

/** Work with steps that end at the test's command. */
function createWork(): {
  readonly work: StartStop
  readonly log: string[]
  readonly settle: (error?: Error) => Promise<void>
} {
  const log: string[] = []
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = []
  const step = (name: string) => async (): Promise<void> => {
    log.push(name)
    await new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }))
    log.push(`${name} over`)
  }
  return {
    log,
    work: new StartStop({ begin: step('begin'), end: step('end') }),
    async settle(error) {
      const next = waiting.shift()
      if (error === undefined) next?.resolve()
      else next?.reject(error)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('start and stop', () => {
  it('begin once, however often start is called', async () => {
    const { log, settle, work } = createWork()
    const started = Promise.all([work.start(), work.start()])
    await settle()
    await started
    await work.start()
    expect(log).toEqual(['begin', 'begin over'])
  })

  it('in one turn leave nothing running', async () => {
    const { log, settle, work } = createWork()
    const started = work.start()
    const stopped = work.stop()
    expect(log).toEqual(['begin', 'end'])
    await settle()
    await settle()
    await Promise.all([started, stopped])
    expect(log).toEqual(['begin', 'end', 'begin over', 'end over'])
  })

  it('stop, start, stop within one stop: nothing begins', async () => {
    const { log, settle, work } = createWork()
    void work.start()
    await settle()
    const calls = Promise.all([work.stop(), work.start(), work.stop()])
    await settle()
    await calls
    expect(log).toEqual(['begin', 'begin over', 'end', 'end over'])
  })

  it('stop, start, stop, start within one stop: begins once, after the stop', async () => {
    const { log, settle, work } = createWork()
    void work.start()
    await settle()
    const calls = Promise.all([work.stop(), work.start(), work.stop(), work.start()])
    await settle()
    expect(log.slice(2)).toEqual(['end', 'end over', 'begin'])
    await settle()
    await calls
    expect(log.slice(2)).toEqual(['end', 'end over', 'begin', 'begin over'])
  })

  it('a start that hangs resolves at the end of the stop that overtook it, and spoils no later start', async () => {
    const waits: ((error: Error) => void)[] = []
    const hanging = new StartStop({
      begin: () => new Promise<void>((_, reject) => waits.push(reject)),
      end: async () => {},
    })
    const first = hanging.start()
    await hanging.stop()
    await first
    const second = hanging.start()
    waits[0]?.(new Error('too late'))
    await new Promise((resolve) => setImmediate(resolve))
    void hanging.start()
    expect(waits).toHaveLength(2)
    await hanging.stop()
    await second
  })

  it('a start that fails since a stop ends it resolves with that stop', async () => {
    const { log, settle, work } = createWork()
    const started = work.start().then(() => log.push('start resolved'))
    const stopped = work.stop()
    await settle(new Error('cut off by the stop'))
    await settle()
    await Promise.all([started, stopped])
    expect(log).toEqual(['begin', 'end', 'end over', 'start resolved'])
  })

  it('a start that fails tells its caller, and can be called again', async () => {
    const { log, settle, work } = createWork()
    const failed = work.start().catch((error: unknown) => error)
    await settle(new Error('no store'))
    expect(await failed).toMatchObject({ message: 'no store' })
    const again = work.start()
    await settle()
    await again
    expect(log).toEqual(['begin', 'begin', 'begin over'])
  })

  it('a start after a stop that failed begins all the same', async () => {
    const { log, settle, work } = createWork()
    const stopped = work.stop().catch((error: unknown) => error)
    const started = work.start()
    await settle(new Error('no end'))
    await settle()
    await started
    expect(await stopped).toMatchObject({ message: 'no end' })
    expect(log).toEqual(['end', 'begin', 'begin over'])
  })
})
