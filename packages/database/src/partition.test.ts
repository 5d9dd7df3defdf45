import { describe, expect, it } from 'vitest'
import { partitionNamed, partitionValue, readPartitions } from './partition.ts'

function read(input: unknown): { partitions: unknown; problems: string[] } {
  const problems: string[] = []
  return { partitions: readPartitions(input, (problem) => problems.push(problem)), problems }
}

describe('readPartitions', () => {
  it('reads the short and the long form', () => {
    expect(read(['status']).partitions).toEqual({ byStatus: { fields: { status: 'string' } } })
    const long = { byDay: { fields: { createdAt: 'date|maxlength:10', 'address.city': 'string' } } }
    expect(read(long)).toEqual({ partitions: long, problems: [] })
  })

  it.each([
    ['status', 'expected partitions to be a list'],
    [[5], 'expected partitions to be a list'],
    [{ 'a/b': { fields: { a: 'string' } } }, 'partition "a/b" must be named by'],
    [{ a: {} }, "partition 'a' must have fields"],
    [{ a: { fields: {} } }, "partition 'a' must have fields"],
    [{ a: { fields: { b: 'string|minlength:3' } } }, "field 'b' of partition 'a' must be"],
  ])('refuses %j', (input, problem) => expect(read(input).problems.join()).toContain(problem))
})

describe('partitionValue', () => {
  it('names each field, in the order of their names, escaped', () => {
    const value = partitionValue({ fields: { b: 'string', a: 'number' } }, { b: 'x/y & ..', a: 5 })
    expect(value).toBe('a=5&b=x%2Fy%20%26%20%2E%2E')
  })

  it('tells apart what a plain join would not', () => {
    const fields = { a: 'string', b: 'string' }
    expect(partitionValue({ fields }, { a: '1&b=2', b: '' })).not.toBe(
      partitionValue({ fields }, { a: '1', b: '2&b=' }),
    )
  })

  it('cuts a date to its day, and any value to its length', () => {
    const at = '2026-05-04T03:02:01.000Z'
    expect(partitionValue({ fields: { at: 'date' } }, { at })).toBe('at=2026-05-04')
    expect(partitionValue({ fields: { at: 'date|maxlength:7' } }, { at })).toBe('at=2026-05')
    expect(partitionValue({ fields: { at: 'string' } }, { at })).toContain('01%2E000Z')
  })

  it('is nothing when a field is missing', () => {
    const fields = { a: 'string', 'b.c': 'string' }
    expect(partitionValue({ fields }, { a: '1' })).toBeUndefined()
    expect(partitionValue({ fields }, { a: '1', b: { c: null } })).toBeUndefined()
    expect(partitionValue({ fields }, { a: '1', b: { c: false } })).toBe('a=1&b%2Ec=false')
  })

  it('is a hash when it would be too long for a key', () => {
    const [one, other] = ['x', 'y'].map((end) =>
      partitionValue({ fields: { a: 'string' } }, { a: 'x'.repeat(5000) + end }),
    )
    expect(one).toMatch(/^~[\w-]{43}$/)
    expect(one).not.toBe(other)
  })
})

it('partitionNamed says what was probably meant', () => {
  const partitions = { byStatus: { fields: { status: 'string' } } }
  expect(partitionNamed('resource', partitions, 'byStatus')).toBe(partitions.byStatus)
  expect(() => partitionNamed('resource', partitions, 'byStats')).toThrow("Did you mean 'byStatus'?")
  expect(() => partitionNamed('resource', {}, 'constructor')).toThrow('has no partition "constructor". It has none')
})
