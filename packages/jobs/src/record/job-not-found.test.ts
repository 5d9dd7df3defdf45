import { expect, it } from 'vitest'
import { jobNotFound } from './job-not-found.ts'

it.each([
  [['billing', 'other'], "Did you mean 'billing'?"],
  [['f', 'e', 'd', 'c', 'b', 'a', 'biling'], "Known are 'a', 'b', 'c', 'd', 'e' and 1 more"],
  [['biling'], undefined],
  [[], undefined],
])('among %j the advice is %s', (known, suggestion) => {
  const error = jobNotFound('biling', known)
  expect(error).toMatchObject({ code: 'JOB_NOT_FOUND', suggestion })
  expect(error.message).toBe(`Job 'biling' not found${suggestion === undefined ? '' : `. ${suggestion}`}`)
})
