import { afterEach, expect, it, vi } from 'vitest'
import { withSkips } from '../checks.mjs'

const REQUIREMENT = 'S3SCHED_REQUIRE_SOMETHING'
const result = { tally: { passed: 3, failed: 0, skipped: 2 }, output: 'install it: …' }

afterEach(() => vi.unstubAllEnvs())

it('says loudly what was skipped, and why', () => {
  const { remark, tally } = withSkips(result, REQUIREMENT)
  expect(tally).toEqual(result.tally)
  expect(remark).toBe('2 tests were skipped:\ninstall it: …')
})

it('counts each skip as a failure where nothing may be skipped', () => {
  vi.stubEnv(REQUIREMENT, '1')
  const { failures, output, tally } = withSkips(result, REQUIREMENT)
  expect(tally).toEqual({ passed: 3, failed: 2, skipped: 0 })
  expect(failures).toEqual(['2 tests were skipped in spite of S3SCHED_REQUIRE_SOMETHING=1'])
  expect(output).toContain('install it')
})

it('counts the skips of optional servers as skips even there', () => {
  vi.stubEnv(REQUIREMENT, '1')
  expect(withSkips(result, REQUIREMENT, 1).tally).toEqual({ passed: 3, failed: 1, skipped: 1 })
  expect(withSkips(result, REQUIREMENT, 2)).toMatchObject({
    tally: result.tally,
    remark: expect.stringContaining('2 tests'),
  })
})

it('says nothing where nothing was skipped', () => {
  vi.stubEnv(REQUIREMENT, '1')
  const all = { tally: { passed: 5, failed: 0, skipped: 0 }, output: '' }
  expect(withSkips(all, REQUIREMENT)).toEqual(all)
})
