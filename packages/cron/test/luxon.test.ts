import { createRequire } from 'node:module'
import * as imported from 'luxon'
import { expect, it } from 'vitest'
import { parseSchedule } from '../src/index.ts'

it('changes no luxon of an application', () => {
  const require = createRequire(import.meta.url)
  const required = createRequire(require.resolve('cron-parser'))('luxon') as typeof imported
  expect(parseSchedule('7 3 * * *').next(0)).toBe(11_220_000)
  for (const { Settings } of [imported, required]) expect(Settings.defaultLocale).toBeNull()
})
