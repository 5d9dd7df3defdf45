import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { StandardSchema } from '../src/index.ts'
import { createFleet, during, eventsOf, SECOND, type Fleet } from './fleet.ts'

describe('a schema of contexts', () => {
  const calls: unknown[] = []
  const action = (_: unknown, { copies, customer, due }: Readonly<Record<string, unknown>>): string => {
    calls.push({ customer, due, copies })
    return 'sent'
  }
  const zod = z.object({ customer: z.string(), due: z.coerce.date(), copies: z.number().default(1) })
  const context = { due: '2026-01-05' }
  const output = { customer: 'ann', due: new Date('2026-01-05'), copies: 1 }

  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
    calls.length = 0
  })
  afterEach(() => fleet.stopAll())

  it('gives the action its output, whatever the caller said, over the fields of the job', async () => {
    const { scheduler } = await fleet.bootLeader({ invoice: { schedule: null, schema: zod, context, action } })
    expect(await during(fleet.clock, scheduler.runJob('invoice', { customer: 'ann' }))).toBe('sent')
    expect(calls).toEqual([output])
  })

  it('refuses a run that a caller asks for: nothing is claimed, and nothing asked of the store', async () => {
    const instance = await fleet.bootLeader({ invoice: { schedule: null, schema: zod, context, action } })
    const { scheduler } = instance
    instance.resetRequests()
    const message = expect.stringMatching(/^Job 'invoice' can't run with this context: customer: /) as unknown
    await expect(scheduler.runJob('invoice')).rejects.toMatchObject({ code: 'INVALID_CONTEXT', message })
    await expect(scheduler.requestRun('invoice', { customer: 1 })).rejects.toMatchObject({ code: 'INVALID_CONTEXT' })
    expect(instance.requests).toMatchObject({ get: 0, put: 0, list: 0 })
    expect(calls).toEqual([])
    expect(await scheduler.getJobHistory('invoice')).toEqual([])
  })

  it('refuses a claimed run before its action, once, and the history tells why', async () => {
    const { scheduler } = await fleet.bootLeader({
      invoice: { schedule: null, schema: zod, context, retries: 3, action },
    })
    // Another instance, without the code of the job, asks for a run.
    const other = await fleet.boot('b', {})
    await during(fleet.clock, other.scheduler.requestRun('invoice', { customer: 1 }))
    await fleet.clock.advance(20 * SECOND)
    const [run] = await scheduler.getJobHistory('invoice')
    expect(run).toMatchObject({ status: 'failed', attempts: 1, trigger: 'request' })
    expect(run?.error).toMatch(/customer: Invalid input: expected string/)
    expect(calls).toEqual([])
  })

  it('gives a run of a tick and a requested run the output too', async () => {
    const whole = { ...context, customer: 'ann' }
    const instance = await fleet.bootLeader({ invoice: { schedule: '* * * * *', schema: zod, context: whole, action } })
    await fleet.clock.advance(60 * SECOND)
    expect(calls).toEqual([output])
    const other = await fleet.boot('b', {})
    await during(fleet.clock, other.scheduler.requestRun('invoice', { copies: 2 }))
    await fleet.clock.advance(20 * SECOND)
    expect(calls).toEqual([output, { ...output, copies: 2 }])
    expect(eventsOf(instance, 'jobFailed')).toEqual([])
  })

  it('refuses a definition whose ticks could not run, and takes one whose callers give the rest', async () => {
    const { scheduler } = await fleet.bootLeader({})
    const definition = { schedule: '* * * * *', schema: zod, action }
    expect(() => scheduler.addJob('invoice', definition)).toThrow(/INVALID_CONTEXT|customer/)
    expect(() => scheduler.addJob('after', { ...definition, schedule: null, after: 'other' })).toThrow(/customer/)
    expect(() => scheduler.addJob('start', { ...definition, schedule: null, runOnStart: true })).toThrow(/customer/)
    await during(fleet.clock, scheduler.addJob('invoice', { ...definition, schedule: null }))
    expect(() => scheduler.updateJob('invoice', { schedule: '@daily' })).toThrow(/customer/)
    expect(() => scheduler.addJob('none', { ...definition, schema: {} as StandardSchema })).toThrow(/Standard Schema/)
  })

  it('is one of any library', async () => {
    const asked = v.objectAsync({
      customer: v.pipeAsync(
        v.string(),
        v.checkAsync(async (name) => name !== 'bob', 'there is no bob'),
      ),
    })
    const { scheduler } = await fleet.bootLeader({ letter: { schedule: null, schema: asked, action } })
    expect(await during(fleet.clock, scheduler.runJob('letter', { customer: 'ann' }))).toBe('sent')
    await expect(scheduler.runJob('letter', { customer: 'bob' })).rejects.toThrow(/customer: there is no bob/)
    const callable: StandardSchema = Object.assign(() => {}, v.object({ customer: v.string() }))
    await during(fleet.clock, scheduler.addJob('function', { schedule: null, schema: callable, action }))
    await expect(scheduler.runJob('function', { customer: 1 })).rejects.toMatchObject({ code: 'INVALID_CONTEXT' })
    expect(calls).toHaveLength(1)
  })

  it('lets facts of the run win over fields of the same name', async () => {
    const seen: unknown[] = []
    const { scheduler } = await fleet.bootLeader({
      job: {
        schedule: null,
        schema: z.object({ attempt: z.number() }),
        action: (_, { attempt }) => void seen.push(attempt),
      },
    })
    await during(fleet.clock, scheduler.runJob('job', { attempt: 99 }))
    expect(seen).toEqual([1])
  })
})
