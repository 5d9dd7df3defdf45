import { casesOf } from '@s3sched-tooling/vitest/share-of'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DatabaseError, type Resource } from '@s3sched/database'
import { connectedDatabase } from './connected-database.ts'

/** The expected contents of the resource: the simplest possible database. */
type Model = Map<string, { n: number; color?: string }>

interface Step {
  /** The same step on both; the result or the error code must be equal. */
  readonly run: (resource: Resource) => Promise<unknown>
  readonly expected: (model: Model) => unknown
}

const id = fc.constantFrom('a', 'b/..', 'c d', '.', 'é')
const color = fc.constantFrom('red', 'blue', 'x/y')
const value = fc
  .record({ n: fc.integer({ min: 0, max: 5 }), color: fc.option(color, { nil: undefined }) })
  .map(({ n, color: given }) => (given === undefined ? { n } : { n, color: given }))

const DUPLICATE = 'ALREADY_EXISTS'
const MISSING = 'DOCUMENT_NOT_FOUND'

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ id, value }).map((given): Step => ({
    run: (resource) => resource.insert({ id: given.id, ...given.value }),
    expected: (model) => (model.has(given.id) ? DUPLICATE : put(model, given.id, given.value)),
  })),
  fc.record({ id, value }).map((given): Step => ({
    run: (resource) => resource.update(given.id, given.value),
    expected: (model) => {
      const before = model.get(given.id)
      return before === undefined ? MISSING : put(model, given.id, { ...before, ...given.value })
    },
  })),
  fc.record({ id, value }).map((given): Step => ({
    run: (resource) => resource.replace(given.id, given.value),
    expected: (model) => put(model, given.id, given.value),
  })),
  fc.record({ id, value }).map((given): Step => ({
    run: (resource) => resource.upsert({ id: given.id, ...given.value }),
    expected: (model) => put(model, given.id, { ...model.get(given.id), ...given.value }),
  })),
  id.map((given): Step => ({
    run: async (resource) => resource.delete(given).then(() => 'deleted'),
    expected: (model) => (model.delete(given) ? 'deleted' : MISSING),
  })),
  fc.array(id).map((ids): Step => ({
    run: async (resource) => (await resource.deleteMany(ids)).deleted,
    expected: (model) => new Set(ids.filter((each) => model.has(each) && [model.delete(each)])).size,
  })),
  id.map((given): Step => ({
    run: (resource) => resource.getOrNull(given),
    expected: (model) => shown(model, given),
  })),
  fc.record({ limit: fc.nat(6), offset: fc.nat(4) }).map((request): Step => ({
    run: async (resource) => (await resource.list(request)).length,
    expected: (model) => Math.min(request.limit, Math.max(0, model.size - request.offset)),
  })),
  fc.integer({ min: 0, max: 5 }).map((n): Step => ({
    run: async (resource) => sorted((await resource.query({ n: { $gte: n } })).map((document) => document.id)),
    expected: (model) => sorted([...model].filter(([, document]) => document.n >= n).map(([key]) => key)),
  })),
  color.map((given): Step => ({
    run: (resource) => resource.listIds({ partition: 'byColor', partitionValues: { color: given } }).then(sorted),
    expected: (model) => sorted([...model].filter(([, document]) => document.color === given).map(([key]) => key)),
  })),
)

function put(model: Model, key: string, document: { n: number; color?: string }): unknown {
  model.set(key, document)
  return shown(model, key)
}

function shown(model: Model, key: string): unknown {
  const document = model.get(key)
  return document === undefined ? null : { id: key, ...document }
}

function sorted(ids: readonly string[]): string[] {
  return ids.toSorted()
}

async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return await attempt
  } catch (error) {
    if (error instanceof DatabaseError) return error.code
    throw error
  }
}

it('does what a plain map does, step by step', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 25 }), async (taken) => {
      const database = await connectedDatabase()
      const resource = await database.createResource({
        name: 'things',
        attributes: { n: 'number', color: 'string|optional' },
        partitions: ['color'],
      })
      const model: Model = new Map()
      for (const step of taken) expect(await codeOf(step.run(resource))).toEqual(step.expected(model))
      expect(await resource.count()).toBe(model.size)
      const all = Object.fromEntries((await resource.list()).map((document) => [document.id, document]))
      expect(all).toEqual(Object.fromEntries([...model.keys()].map((key) => [key, shown(model, key)])))
    }),
    { numRuns: casesOf(150) },
  )
})
