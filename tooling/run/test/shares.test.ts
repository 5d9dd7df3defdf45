import { expect, it } from 'vitest'
import { describeShares } from '../shares.mjs'

const checks = ['lint', 'simulation', 'unit'].map((name) => ({ name }))

it('names the share of the cases that the checks have taken', () => {
  expect(describeShares(checks, {})).toMatch(
    /^taken: \d+ of \d+ seeds of the simulator, \d+ of \d+ mutants of the protocol, .*; CI takes all/,
  )
})

it('names no cases of a check that did not run', () => {
  expect(describeShares([{ name: 'integration' }], {})).toMatch(
    /^taken: \d+ of \d+ increments by each process, \d+ of \d+ processes .*, \d+ of \d+ suites .*, \d+ of \d+ versions of s3db.js; /,
  )
  expect(describeShares([{ name: 'lint' }], {})).toBeUndefined()
})

it('says nothing when all cases were taken', () => {
  expect(describeShares(checks, { S3SCHED_SHARES: 'all' })).toBeUndefined()
})
