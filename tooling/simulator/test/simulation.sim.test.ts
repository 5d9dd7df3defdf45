import { expect, it } from 'vitest'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { drawPlan } from '../src/plan.ts'
import { simulate } from '../src/simulate.ts'

/** More by `S3SCHED_SEEDS`, or with `npm run sim -- --seeds`. */
const SEEDS = Number(process.env['S3SCHED_SEEDS'] ?? shareOf('seeds'))
/** Further seeds that once found an error. */
const ONCE_FAILED = [
  151, 152, 155, 162, 167, 183, 238, 286, 317, 386, 449, 458, 519, 190, 419, 582, 861, 563, 185, 217, 287, 1033, 199,
  596, 273, 739, 929, 293, 440, 748, 251, 422, 606, 770, 925, 1044, 1552, 1571, 1760, 1378, 2239, 2623, 1641, 2177,
  2224,
]

it(`no promise is broken in ${SEEDS} seeds`, { timeout: 1_200_000 }, async () => {
  let starts = 0
  const seeds = [...Array.from({ length: SEEDS }, (_, index) => index + 1), ...ONCE_FAILED]
  for (const seed of seeds) {
    const { evidence, violations } = await simulate(drawPlan(seed))
    expect({ seed, violations }).toEqual({ seed, violations: [] })
    starts += evidence.calls.length
  }
  expect(starts / seeds.length, 'attempts started in each seed').toBeGreaterThan(20)
})

it('one seed gives one run', async () => {
  const plan = drawPlan(7)
  const first = await simulate(plan, { withTrace: true })
  const second = await simulate(plan, { withTrace: true })
  expect(first.trace.length).toBeGreaterThan(200)
  expect(second.trace).toEqual(first.trace)
})
