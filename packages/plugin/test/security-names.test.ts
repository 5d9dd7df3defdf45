import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { anyCharacter } from '@s3sched-tooling/vitest/any-character'
import { createCoordinator } from '@s3sched/coordinator'
import { Database } from '@s3sched/database'
import { createLock } from '@s3sched/lock'
import { isJobName, S3SchedError, silentLogger } from '@s3sched/kernel'
import { createMemoryStore, scopeStore, type ObjectStore } from '@s3sched/store'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'

const PREFIX = 'app/inside/'
const action = (): void => undefined

/** A store that notes all requested keys. */
function watched(): { readonly store: ObjectStore; readonly keys: string[] } {
  const keys: string[] = []
  const inner = createMemoryStore()
  const store: ObjectStore = {
    ...inner,
    get: (key, options) => (keys.push(key), inner.get(key, options)),
    put: (key, body, options) => (keys.push(key), inner.put(key, body, options)),
    delete: (given, options) => (keys.push(...[given].flat()), inner.delete(given, options)),
    list: (prefix, options) => (keys.push(prefix), inner.list(prefix, options)),
  }
  return { store, keys }
}

const FIXED = [
  '', '.', '..', '../x', 'a/../../x', '/x', 'x/', 'a//b', '..\\x', '%2e%2e/x', '\u0000', 'a\nb', '\ud800', ' ', 'ö', 'a/b/../c',
  '__proto__/..', 'x'.repeat(2000), '․․/x', './x', '../app/inside/x',
] // prettier-ignore

/** Names that try to leave the prefix, beside arbitrary names. */
const hostile = fc.oneof(
  fc.constantFrom(...FIXED),
  fc.string({ unit: anyCharacter, maxLength: 30 }),
  fc
    .array(fc.constantFrom('..', '.', '/', '\\', 'a', '%2e', '\u0000', '~', '__proto__'), { maxLength: 8 })
    .map((parts) => parts.join('')),
  fc.constantFrom<unknown>(undefined, null, 7, {}, [], ['..'], Symbol('x'), new String('../x')),
)

const isPlain = (name: unknown): boolean => typeof name === 'string' && /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,128}$/.test(name)

type Use = (store: ObjectStore) => unknown

/** Every requested key is below the prefix, and a refused name is refused before any request. */
async function expectInside(name: unknown, use: Use, couldBe: (name: unknown) => boolean): Promise<void> {
  const { keys, store } = watched()
  let isRefused = false
  try {
    await use(scopeStore(store, PREFIX))
  } catch (error) {
    expect(error).toBeInstanceOf(S3SchedError)
    isRefused = true
  }
  // A possible name may be requested before the answer that no such object exists.
  if (isRefused && !couldBe(name)) expect(keys).toEqual([])
  for (const key of keys) {
    expect(key.startsWith(PREFIX)).toBe(true)
    expect(key.split('/').some((segment) => segment === '..' || segment === '.')).toBe(false)
  }
}

function noWayOut(use: (store: ObjectStore, name: never) => unknown, couldBe = isPlain): Promise<void> {
  return fc.assert(
    fc.asyncProperty(hostile, (name) => expectInside(name, (store) => use(store, name as never), couldBe)),
    { numRuns: casesOf(150), examples: FIXED.map((name): [unknown] => [name]) },
  )
}

describe('no name leaves the prefix, and one that is refused costs no request', () => {
  const schedule = '0 0 1 1 *'
  const options = { logger: silentLogger, prefix: '', skipColdStart: true }

  it('of a job', () =>
    expect(
      noWayOut(async (store, name) => {
        const scheduler = new SchedulerPlugin({ ...options, store, jobs: { [name]: { schedule, action } } })
        await scheduler.runDue()
      }, isJobName),
    ).resolves.toBeUndefined())

  it('of a job that is added later', () =>
    expect(
      noWayOut(
        (store, name) => new SchedulerPlugin({ ...options, store }).addJob(name, { schedule, action }),
        isJobName,
      ),
    ).resolves.toBeUndefined())

  it('of a worker', () =>
    expect(
      noWayOut(async (store, workerId) => {
        const scheduler = new SchedulerPlugin({
          ...options,
          store,
          workerId,
          enableCoordinator: false,
          jobs: { j: { schedule, action } },
        })
        await scheduler.runJob('j')
      }),
    ).resolves.toBeUndefined())

  it.each([
    ['runJob', (scheduler: SchedulerPlugin, name: never) => scheduler.runJob(name)],
    ['enableJob', (scheduler: SchedulerPlugin, name: never) => scheduler.enableJob(name)],
    ['disableJob', (scheduler: SchedulerPlugin, name: never) => scheduler.disableJob(name)],
    ['removeJob', (scheduler: SchedulerPlugin, name: never) => scheduler.removeJob(name)],
    ['requestRun', (scheduler: SchedulerPlugin, name: never) => scheduler.requestRun(name)],
    ['cancelRun', (scheduler: SchedulerPlugin, name: never) => scheduler.cancelRun(name)],
    ['getJobHistory', (scheduler: SchedulerPlugin, name: never) => scheduler.getJobHistory(name)],
  ] as const)('given to %s', (_, call) =>
    expect(
      noWayOut((store, name) => call(new SchedulerPlugin({ ...options, store, jobs: {} }), name), isJobName),
    ).resolves.toBeUndefined(),
  )

  it('of a lock', () =>
    expect(
      noWayOut((store, name) => createLock(store, name, { ttlMs: 3000 }).withLock(async () => undefined)),
    ).resolves.toBeUndefined())

  it('of a group', () =>
    expect(
      noWayOut(async (store, group) => {
        const coordinator = createCoordinator(store, { group, skipColdStart: true, logger: silentLogger })
        await coordinator.start()
        await coordinator.stop()
      }),
    ).resolves.toBeUndefined())

  it('of a document, or of its partition', () =>
    expect(
      noWayOut(async (store, id) => {
        const { keys, store: seen } = watched()
        const database = new Database({ store: scopeStore(seen, PREFIX) })
        await database.connect()
        const attributes = { kind: 'string' }
        const resource = await database.createResource({
          name: 'docs',
          attributes,
          partitions: { byKind: { fields: { kind: 'string' } } },
        })
        keys.length = 0
        await resource.insert({ id, kind: id }).then(
          () => resource.delete(id),
          () => undefined,
        )
        for (const key of keys) await store.get(key.replace(PREFIX, ''))
      }),
    ).resolves.toBeUndefined())

  it('of a resource', () =>
    expect(
      noWayOut((store, name) => {
        const database = new Database({ store })
        return database.createResource({ name, attributes: { a: 'string' } })
      }),
    ).resolves.toBeUndefined())
})
