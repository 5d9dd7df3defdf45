import { expect, it } from 'vitest'
import { spec } from '../../test/minutely-spec.ts'
import type { LocalJob } from '../definition/local-job.ts'
import { hashSpec } from '../definition/job-spec.ts'
import { newJob } from '../record/job-changes.ts'
import { ParsedRecords } from './parsed-records.ts'

const record = newJob(spec, hashSpec(spec), 1000)

it('gives out a record for the text that it was parsed from, and for no other text', () => {
  const parsed = new ParsedRecords(() => undefined)
  const kept = parsed.keep('job', 'text', record)
  expect(parsed.find('job', 'text')).toBe(kept)
  expect(parsed.find('job', 'another text')).toBeUndefined()
  expect(parsed.find('other', 'text')).toBeUndefined()
  expect(parsed.last('job')).toBe(kept)
})

it('shares the specification with the code', () => {
  const local = { spec: { ...spec }, hash: hashSpec(spec) } as LocalJob
  const parsed = new ParsedRecords(() => local)
  expect(parsed.keep('job', 'text', structuredClone(record)).spec).toBe(local.spec)
})

it('forgets the records that were parsed longest ago, once there are very many', () => {
  const parsed = new ParsedRecords(() => undefined)
  parsed.keep('first', 'text', record)
  parsed.keep('second', 'text', record)
  for (let i = 0; i < 9998; i++) parsed.keep(`job-${i}`, 'text', record)
  parsed.keep('first', 'newer text', record)
  parsed.keep('last', 'text', record)
  expect(parsed.last('first')).toBeDefined()
  expect(parsed.last('second')).toBeUndefined()
})
