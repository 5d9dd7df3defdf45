import { expect, it } from 'vitest'
import { createMemoryStore } from '@s3sched/store'
import {
  assessHealth,
  compileSchedule,
  createOperator,
  readFleet,
  scheduleOf,
  toPrometheus,
  verdictOf,
} from './index.ts'

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

it.each(['jobs', 'pages', 'job', 'requests', 'report', 'hasChanged'])(
  '%s of an operator takes a bare signal',
  async (method) => {
    const operator = createOperator(createMemoryStore())
    const call = async (given: unknown): Promise<unknown> => {
      const before = method === 'job' || method === 'report' ? ['name'] : []
      return (operator as unknown as Record<string, Untyped>)[method]?.call(operator, ...before, given)
    }
    const { signal } = new AbortController()
    await expect(call({ signal })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `${method}: expected an AbortSignal or nothing, got { signal: an object }`,
    })
    // Another realm's signal.
    const alike = { aborted: false, addEventListener: () => undefined, throwIfAborted: () => undefined }
    for (const right of [signal, undefined, { ...alike, removeEventListener: () => undefined }]) {
      const answer = await call(right).catch((error: unknown) => error)
      expect(answer).not.toMatchObject({ code: 'INVALID_ARGUMENT' })
      expect(answer).not.toBeInstanceOf(TypeError)
    }
  },
)
