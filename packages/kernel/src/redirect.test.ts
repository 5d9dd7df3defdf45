import { expect, it } from 'vitest'
import { redirectOf } from './redirect.ts'

const ASKED = 'https://host.example/run?token=hunter2'

it.each([
  ['another origin', 302, 'https://login.example/hunter2?next=hunter2', 'a redirect to https://login.example'],
  ['another scheme', 308, 'http://host.example/run', 'a redirect to http://host.example'],
  ['another path', 307, '/run/?token=hunter2', 'a redirect to another path of https://host.example'],
  ['no address', 301, 'https://', 'a redirect without a Location that can be read'],
  ['nothing', 303, undefined, 'a redirect without a Location that can be read'],
])('tells a redirect to %s, without path and query', (_, status, location, words) => {
  expect(redirectOf(status, location, ASKED)).toBe(words)
})

it.each([200, 202, 304, 400, 500])('%i is no redirect', (status) => {
  expect(redirectOf(status, '/elsewhere', ASKED)).toBeUndefined()
})
