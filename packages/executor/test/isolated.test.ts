import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { createIsolation } from '../src/isolated/index.ts'
import { createIsolatedRig, fileOf, type IsolatedRig, KINDS } from './isolated-rig.ts'

let rig: IsolatedRig
afterEach(async () => {
  await rig.executor.stop()
  await rig.isolation.stop()
})

describe.each(KINDS)('an action in a %s', (kind) => {
  it('has its context, and gives its result, its log and its progress', async () => {
    rig = createIsolatedRig()
    const told: unknown[] = []
    const logger = {
      debug: () => {},
      info: (...args: unknown[]) => void told.push(args),
      warn: () => {},
      error: () => {},
    }
    const tick = new Date(5000)
    const outcome = await rig.executor.run(
      {
        key: 'report',
        runId: 'r1',
        action: rig.isolation.action(fileOf('report'), { in: kind, database: fileOf('database') }),
        fields: { tick, logger },
      },
      { fence: 7 },
    )
    expect(outcome).toMatchObject({
      status: 'success',
      returned: { fence: 7, attempt: 1, tick, isAborted: false, current: 'r1', database: { opened: 1 } },
      log: [{ message: 'begins', fields: { attempt: 1 } }],
      progress: { value: 0.5, note: 'half' },
    })
    const { pid } = (outcome as { returned: { pid: number } }).returned
    expect(pid === process.pid).toBe(kind === 'thread')
    expect(told).toEqual([['told', { runId: 'r1' }]])
  })

  it('throws as in process, with the name, the cause and the fields of its error', async () => {
    rig = createIsolatedRig()
    const outcome = await rig.misbehave(kind, 'throws', { retries: 3 })
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { name: 'RangeError', message: 'no', code: 'NOT_TODAY', retriable: false, cause: { message: 'why' } },
      attempts: [{ attempt: 1 }],
    })
    const { thrown } = outcome as { thrown: Error }
    expect(thrown).toBeInstanceOf(RangeError)
    expect(thrown.stack).toContain('misbehave.ts')
    expect(await rig.misbehave(kind, 'throwsText')).toMatchObject({ status: 'failed', thrown: 'just text' })
  })

  it('stays warm: its worker is used again, opens the database once, and ends when idle', async () => {
    rig = createIsolatedRig({ idleMs: 100 })
    const action = rig.isolation.action(fileOf('report'), { in: kind, database: fileOf('database') })
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const pids = new Set<unknown>()
    for (let n = 0; n < 3; n++) {
      const outcome = await rig.executor.run({ key: 'report', action, fields: { logger } })
      expect(outcome).toMatchObject({ returned: { database: { opened: 1 } } })
      pids.add((outcome as { returned: { pid: number } }).returned.pid)
    }
    expect(pids.size).toBe(1)
    expect(rig.isolation.workers()).toEqual({ living: 1, idle: 1 })
    await expect.poll(() => rig.isolation.workers()).toEqual({ living: 0, idle: 0 })
    expect(rig.warnings).toEqual([])
  })

  it('that ends its worker, or fails in any other way, is a failed attempt, and the next run is well', async () => {
    rig = createIsolatedRig()
    const ways: readonly (readonly [way: string, message: RegExp])[] = [
      ['exits', /ended with exit code 3 before the action did/],
      ['crashes', /ended by an uncaught error: outside of the call/],
      ['rejects', /ended by an uncaught error: nobody listens/],
      ['fillsTheHeap', /memory \(maxOldGenerationSizeMb: 32\)/],
      ['overflows', /Maximum call stack size exceeded/],
      ['returnsAFunction', /the result of the action can't leave its worker: .*could not be cloned/],
    ]
    // Each way shows that the run after the one before is well.
    for (const [way, message] of ways) {
      expect(await rig.misbehave(kind, way), way).toMatchObject({
        status: 'failed',
        error: { message: expect.stringMatching(message) as string },
      })
    }
    expect(await rig.misbehave(kind, 'throwsText')).toMatchObject({ status: 'failed', thrown: 'just text' })
  })

  it('that listens to its signal ends within the grace, and its worker stays', async () => {
    rig = createIsolatedRig({ graceMs: 60_000 })
    const outcome = await rig.misbehave(kind, 'listens', { timeoutMs: 200 })
    expect(outcome).toMatchObject({ status: 'timeout', error: { message: 'the attempt took longer than 200 ms' } })
    expect(rig.isolation.workers()).toEqual({ living: 1, idle: 1 })
    expect(await rig.misbehave(kind, 'returnsLate', { timeoutMs: 200 })).toMatchObject({ status: 'timeout' })
    expect(rig.executor.abandoned).toBe(0)
  })

  it.each(['computesForEver', 'ignoresItsSignal'])(
    'that %s is really ended after its signal and the grace',
    async (way) => {
      rig = createIsolatedRig()
      const running = rig.misbehave(kind, way)
      await expect.poll(() => rig.executor.running()[0]?.progress?.value).toBeGreaterThan(0)
      rig.executor.cancel(way)
      const outcome = await running
      expect(outcome).toMatchObject({ status: 'cancelled', reason: 'cancelled' })
      expect(outcome.attempts[0]).not.toHaveProperty('abandoned')
      expect(rig.isolation.workers()).toEqual({ living: 0, idle: 0 })
      expect(rig.warnings).toEqual([])
    },
  )

  it('is retried in a new worker after a timeout', async () => {
    rig = createIsolatedRig()
    const outcome = await rig.misbehave(kind, 'ignoresItsSignal', { timeoutMs: 300, retries: 1, backoff: [0] })
    expect(outcome).toMatchObject({ status: 'timeout', attempts: [{ status: 'timeout' }, { status: 'timeout' }] })
  })

  it('may leave something behind that crashes its idle worker: a warning, and a new worker', async () => {
    rig = createIsolatedRig()
    const action = rig.isolation.action(fileOf('misbehave'), { in: kind })
    await rig.executor.run({ key: 'a', action, fields: { way: 'crashesLater' } })
    await expect
      .poll(() => rig.warnings)
      .toEqual([`an idle worker is gone: the ${kind} of the action ended by an uncaught error: left over`])
    expect(rig.isolation.workers()).toEqual({ living: 0, idle: 0 })
    expect(await rig.executor.run({ key: 'a', action, fields: { way: 'throwsText' } })).toMatchObject({
      status: 'failed',
    })
  })

  it('names a field of the context that can not be sent', async () => {
    rig = createIsolatedRig()
    expect(await rig.misbehave(kind, 'throws', {}, { pool: () => {} })).toMatchObject({
      status: 'failed',
      error: {
        code: 'INVALID_TASK',
        message: expect.stringMatching(/the field 'pool' of the context can't be sent/) as string,
      },
    })
  })

  it.each([
    ['plain', 'module.exports = () => 42'],
    ['compiled', "Object.defineProperty(exports, '__esModule', { value: true })\nexports.default = () => 42"],
  ])('may be in a file of CommonJS: %s', async (name, text) => {
    rig = createIsolatedRig()
    const folder = await mkdtemp(join(tmpdir(), 's3sched-commonjs-'))
    const file = join(folder, `${name}.cjs`)
    await writeFile(file, text)
    const action = rig.isolation.action(pathToFileURL(file), { in: kind })
    expect(await rig.executor.run({ key: 'a', action })).toMatchObject({ status: 'success', returned: 42 })
    await rm(folder, { recursive: true })
  })

  it.each([
    ['no-default', /to have the action as its default export, got undefined/],
    ['broken', /^file:.*\/broken\.ts can't be loaded: the module does not load$/],
  ])('of a file that is %s is a failed attempt, and the worker is not kept', async (name, message) => {
    rig = createIsolatedRig()
    const action = rig.isolation.action(fileOf(name), { in: kind })
    expect(await rig.executor.run({ key: 'a', action })).toMatchObject({
      status: 'failed',
      error: { message: expect.stringMatching(message) as string },
    })
    await expect.poll(() => rig.isolation.workers()).toEqual({ living: 0, idle: 0 })
  })

  it('ends with the isolation, whatever it does', async () => {
    rig = createIsolatedRig()
    const running = rig.misbehave(kind, 'computesForEver')
    await expect.poll(() => rig.executor.running()[0]?.progress?.value).toBeGreaterThan(0)
    await rig.isolation.stop()
    expect(rig.isolation.workers()).toEqual({ living: 0, idle: 0 })
    expect(await running).toMatchObject({ status: 'failed', error: { code: 'WORKER_DIED' } })
    expect(await rig.misbehave(kind, 'throws')).toMatchObject({ status: 'failed', error: { code: 'STOPPED' } })
  })
})

it('has no more than maxWorkers calls at a time, and keeps no more than maxIdle warm workers', async () => {
  rig = createIsolatedRig({ graceMs: 5000, maxWorkers: 2, maxIdle: 1 })
  const action = rig.isolation.action(fileOf('misbehave'), { in: 'thread' })
  const controller = new AbortController()
  const running = ['a', 'b', 'c'].map((key) =>
    rig.executor.run({ key, action, fields: { way: 'listens' } }, { signal: controller.signal }),
  )
  await expect.poll(() => rig.isolation.workers()).toEqual({ living: 2, idle: 0 })
  controller.abort()
  await Promise.all(running)
  await expect.poll(() => rig.isolation.workers()).toEqual({ living: 1, idle: 1 })
})

it('refuses a file that is not there, and what is no file, at once', () => {
  rig = createIsolatedRig()
  const { isolation } = rig
  expect(() => isolation.action(fileOf('nowhere'), { in: 'thread' })).toThrow(
    /does not exist: file:.*nowhere\.ts.*bundled/,
  )
  expect(() => isolation.action(new URL('https://example.com/a.js'), { in: 'thread' })).toThrow(/to be a file: URL/)
  expect(() => isolation.action('./a.js' as unknown as URL, { in: 'thread' })).toThrow(
    /to be a file: URL, got "\.\/a\.js"/,
  )
  expect(() => isolation.action(fileOf('report'), { in: 'fiber' as 'thread' })).toThrow(
    /in to be one of 'thread', 'process'/,
  )
  expect(() => createIsolation({}, { maxIdle: -1 })).toThrow(/maxIdle/)
})

it('keeps nothing of the calls that a warm worker has ended', async () => {
  rig = createIsolatedRig()
  const action = rig.isolation.action(fileOf('misbehave'), { in: 'thread' })
  const results: WeakRef<object>[] = []
  for (let n = 0; n < 100; n++) {
    const outcome = await rig.executor.run({ key: 'a', action, fields: { way: 'returnsAnObject' } })
    results.push(new WeakRef((outcome as { returned: object }).returned))
  }
  expect(rig.isolation.workers()).toEqual({ living: 1, idle: 1 })
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  expect(results.filter((result) => result.deref() !== undefined).length).toBeLessThan(10)
})
