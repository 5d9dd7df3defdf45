import { describe, expect, it } from 'vitest'
import { SchedulerError } from '../scheduler-error.ts'
import { checkContext, checkContextOfTicks } from './check-context.ts'
import { isStandardSchema, type SchemaIssue, type StandardSchema } from './standard-schema.ts'

function schemaOf(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}
const refusing = (...issues: SchemaIssue[]): StandardSchema => schemaOf(() => ({ issues }))

function refusal(schema: StandardSchema): SchedulerError {
  try {
    void checkContext('invoice', schema, {})
  } catch (error) {
    if (error instanceof SchedulerError) return error
  }
  throw new Error('nothing was refused')
}

describe('the context of a job', () => {
  it('is what the schema puts out', () => {
    const schema = schemaOf((value) => ({ value: { ...(value as object), at: new Date(0) } }))
    expect(checkContext('invoice', schema, { customer: 'ann' })).toEqual({ customer: 'ann', at: new Date(0) })
  })

  it('waits for a schema that checks asynchronously', async () => {
    expect(
      await checkContext(
        'invoice',
        schemaOf((value) => Promise.resolve({ value })),
        { a: 1 },
      ),
    ).toEqual({ a: 1 })
    const late = schemaOf(() => Promise.resolve({ issues: [{ message: 'there is no such customer' }] }))
    await expect(checkContext('invoice', late, {})).rejects.toMatchObject({ code: 'INVALID_CONTEXT' })
  })

  it('is refused with the path and the message of each issue, and for no retry', () => {
    const error = refusal(
      refusing(
        { path: ['items', { key: 0 }, 'price'], message: 'expected a number' },
        { path: [], message: 'unknown field' },
        { message: 'too late' },
      ),
    )
    expect(error).toMatchObject({ code: 'INVALID_CONTEXT', statusCode: 400, retriable: false })
    expect(error.message).toContain(
      "Job 'invoice' can't run with this context: items.0.price: expected a number; unknown field; too late",
    )
    expect(error.context['issues']).toContainEqual({ path: 'items.0.price', message: 'expected a number' })
  })

  it('is refused with ten issues by name, and the number of the others', () => {
    const issues = Array.from({ length: 12 }, (_, index) => ({ message: `issue ${index}` }))
    expect(refusal(refusing(...issues)).message).toMatch(/issue 9; and 2 more\b/)
  })

  it.each([['text'], [null], [[1]], [undefined]])('is no object of fields in %j', (value) => {
    expect(refusal(schemaOf(() => ({ value }))).message).toMatch(/object of fields/)
  })

  it('is refused at the definition of ticks, unless the schema answers later', () => {
    expect(() => checkContextOfTicks('invoice', refusing({ message: 'no' }), {})).toThrow(/no/)
    checkContextOfTicks(
      'invoice',
      schemaOf(() => Promise.resolve({ issues: [{ message: 'no' }] })),
      {},
    )
  })
})

it('knows a schema by its version and its function, whether an object or a function', () => {
  const schema = schemaOf((value) => ({ value }))
  expect(isStandardSchema(schema)).toBe(true)
  expect(isStandardSchema(Object.assign(() => {}, schema))).toBe(true)
  expect(isStandardSchema({ '~standard': { version: 2, validate: () => {} } })).toBe(false)
  expect(isStandardSchema({ type: 'object', properties: {} })).toBe(false)
  expect(isStandardSchema(() => {})).toBe(false)
  expect(isStandardSchema(null)).toBe(false)
})
