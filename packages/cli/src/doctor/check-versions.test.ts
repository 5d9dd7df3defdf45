import { expect, it } from 'vitest'
import { checkVersions } from './check-versions.ts'

const settings = {
  versioning: undefined,
  expiresNoncurrent: undefined,
  agingRules: undefined,
  retentionDays: undefined,
  softDeleteDays: 0,
}

it('warns of a soft delete, which keeps each replaced object', () => {
  expect(checkVersions({ ...settings, softDeleteDays: 7 })).toMatchObject([
    {
      level: 'notice',
      message: expect.stringContaining('soft delete keeps each replaced object for 7 days') as string,
    },
  ])
  expect(checkVersions(settings)).toEqual([])
})

it.each([
  ['delete', '', 'a rule deletes each object 30 days after'],
  ['archive', 'jobs/', 'a rule archives each object below jobs/ 30 days after'],
  ['archive', 'segments/', 'below segments/ 30 days after its last write: old runs, which no query can read'],
] as const)('calls a rule that takes needed objects away a problem: %s %j', (does, below, words) => {
  const [finding] = checkVersions({ ...settings, agingRules: [{ does, below, days: 30 }] })
  expect(finding).toMatchObject({ level: 'problem', message: expect.stringContaining(words) as string })
})

it('says nothing of a rule that deletes the history alone', () => {
  expect(checkVersions({ ...settings, agingRules: [{ does: 'delete', below: 'segments/', days: 90 }] })).toEqual([])
})
