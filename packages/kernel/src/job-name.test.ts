import { expect, it } from 'vitest'
import { isJobName } from './job-name.ts'

it.each([
  'report', 'user/42', 'daily: report', '@hourly', '.', '..', '../../etc', 'Bücher', '報告', '🚀'.repeat(128), 'x'.repeat(128),
  'CON', 'a\\b', '%2e%2e', ' ', "it's", '__proto__', 'https://example.org:80/?a=b#c', 'team/report: mail@example.org', 'mailto:a@b', 'e\u0301',
])('takes %j', (name) => {
  expect(isJobName(name)).toBe(true)
}) // prettier-ignore

it.each([
  '', 'x'.repeat(129), '🚀'.repeat(129), 'a\nb', 'a\u0000', '\u001b[2J', '\u0085', '\u2028', 'a\u202eb', '\ud800', 's3://key:secret@bucket', 1, null, undefined, ['a'],
])('refuses %j', (name) => {
  expect(isJobName(name)).toBe(false)
}) // prettier-ignore
