import { expect, it } from 'vitest'
import { createDashboard } from '@s3sched/dashboard'

it('refuses a prefix beside several, and names that no address can have', () => {
  expect(() => createDashboard('memory://x', { prefix: 'a/', prefixes: { b: 'b/' } })).toThrow(/got both/)
  for (const prefixes of [{}, { 'a b': 'x/' }, { '': 'x/' }])
    expect(() => createDashboard('memory://x', { prefixes })).toThrow(/expected prefixes to be an object of prefixes/)
})
