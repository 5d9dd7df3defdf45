import type { Client } from '@temporalio/client'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { TargetContext } from '../index.ts'
import { temporal, type TemporalClient } from './index.ts'

function errorOf(name: string, cause?: object): Error {
  return Object.assign(new Error(name), { name, cause })
}

/** A client whose workflow has these states, the last one for all further looks. */
function clientOf({
  states = ['COMPLETED'],
  result,
  start,
}: { states?: (string | Error)[]; result?: unknown; start?: Error } = {}) {
  const started: { readonly type: string; readonly options: unknown }[] = []
  const cancelled: string[] = []
  let looks = 0
  const client: TemporalClient = {
    workflow: {
      start: async (type, options) => {
        started.push({ type, options })
        if (start !== undefined) throw start
      },
      getHandle: (id) => ({
        describe: async () => {
          const state = states[Math.min(looks++, states.length - 1)] ?? 'RUNNING'
          if (state instanceof Error) throw state
          return { status: { name: state } }
        },
        result: async () => {
          if (result instanceof Error) throw result
          return result
        },
        cancel: async () => void cancelled.push(id),
      }),
    },
  }
  return { client, started, cancelled, looks: () => looks }
}

function contextOf(more: Partial<TargetContext> = {}): TargetContext {
  const { signal } = new AbortController()
  return {
    jobName: 'billing',
    runId: 'run-1',
    scheduledTime: new Date(0),
    attempt: 1,
    signal,
    timeoutMs: 9000,
    ...more,
  }
}

const run = (client: TemporalClient, more: Partial<TargetContext> = {}) =>
  temporal('billing', { client, taskQueue: 'bills', pollMs: 50 })(contextOf(more))

describe('a workflow of Temporal', () => {
  it('is started under the key, and followed to its result', async () => {
    const { client, started } = clientOf({ states: ['RUNNING', 'CONTINUED_AS_NEW', 'COMPLETED'], result: { sent: 42 } })
    expect(await run(client)).toEqual({ sent: 42 })
    expect(started).toEqual([
      {
        type: 'billing',
        options: {
          taskQueue: 'bills',
          workflowId: 'run-1',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowExecutionTimeout: 9000,
          args: [expect.objectContaining({ idempotencyKey: 'run-1', tick: '1970-01-01T00:00:00.000Z' })],
        },
      },
    ])
  })

  it('that was started before is followed', async () => {
    const { client } = clientOf({ start: errorOf('WorkflowExecutionAlreadyStartedError'), result: 7 })
    expect(await run(client)).toBe(7)
  })

  it('fails the run with the error of the workflow', async () => {
    const result = errorOf('WorkflowFailedError', new Error('no such customer'))
    await expect(run(clientOf({ states: ['FAILED'], result }).client)).rejects.toMatchObject({
      code: 'FAILED',
      retriable: false,
      message: 'the work in Temporal failed: no such customer',
    })
  })

  it.each(['CANCELLED', 'TERMINATED', 'TIMED_OUT'])('that is %s fails the run', async (state) => {
    await expect(run(clientOf({ states: [state] }).client)).rejects.toThrow(`the workflow is ${state}`)
  })

  it('that is not retained any more fails the run', async () => {
    const states = [errorOf('WorkflowNotFoundError')]
    await expect(run(clientOf({ states }).client)).rejects.toMatchObject({ code: 'FAILED' })
  })

  it('is cancelled with its run', async () => {
    const { cancelled, client, looks } = clientOf({ states: ['RUNNING'] })
    const ending = new AbortController()
    const running = run(client, { signal: ending.signal })
    running.catch(() => undefined)
    await expect.poll(looks).toBeGreaterThan(0)
    ending.abort(Object.assign(new Error('cancelled'), { reason: 'cancelled' }))
    await expect(running).rejects.toBe(ending.signal.reason)
    expect(cancelled).toEqual(['run-1'])
  })

  it.each([
    ['REFUSED', errorOf('NamespaceNotFoundError')],
    ['REFUSED', errorOf('ServiceError', { code: 7, details: 'Request unauthorized.' })],
    ['UNAVAILABLE', errorOf('ServiceError', { code: 14 })],
    ['UNAVAILABLE', errorOf('ServiceError', { code: 8 })],
  ])('is %s after %s', async (code, start) => {
    await expect(run(clientOf({ start }).client)).rejects.toMatchObject({ code, retriable: code === 'UNAVAILABLE' })
  })
})

it('takes the client of the package', () => {
  expectTypeOf<Client>().toExtend<TemporalClient>()
  expect(() => temporal('billing', { taskQueue: 'bills', client: {} as never })).toThrow(/a Client of Temporal/)
  const { client } = clientOf()
  expect(() => temporal('billing', { taskQueue: 'bills', client, namespace: 'x' })).toThrow(/expected a client, or/)
})
