import { expect, it } from 'vitest'
import { assessHealth, compileSchedule, readFleet, scheduleOf, toPrometheus, verdictOf } from './index.ts'

/** As JavaScript calls them. */
type Untyped = (...given: unknown[]) => unknown

it.each<[string, Untyped, unknown[], string]>([
  ['assessHealth', assessHealth as Untyped, [], 'a fleet, as readFleet() gives it, got undefined'],
  ['toPrometheus', toPrometheus as Untyped, [null], 'a fleet, as readFleet() gives it, got null'],
  ['verdictOf', verdictOf as Untyped, ['x'], 'the findings of assessHealth(), got a text of length 1'],
  ['readFleet', readFleet as Untyped, [], 'an operator, as createOperator() gives it, got undefined'],
  ['readFleet', readFleet as Untyped, [{ jobs: () => 1 }], 'a function that tells the time, got undefined'],
  ['scheduleOf', scheduleOf as Untyped, [null], 'a job, as an operator gives it, got null'],
  ['compileSchedule', compileSchedule as Untyped, ['x'], "a job's name and its { schedule, timezone }, got undefined"],
])('%s refuses a wrong argument', async (_, call, given, message) => {
  const called = async (): Promise<unknown> => call(...given)
  await expect(called()).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(`expected ${message}`) as string,
  })
})
