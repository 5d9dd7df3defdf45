import { orSkip, startMoto } from '@s3sched-tooling/engines'
import { afterAll, describe, expect, it } from 'vitest'
import { openEcs, openEventBridge, openSqs } from './aws-workshops.ts'
import { contextOf, targetContract } from './target-contract.ts'

const moto = await orSkip(startMoto)
afterAll(() => moto?.stop())
const endpoint = moto?.url ?? ''

describe.skipIf(moto === undefined)('on moto', () => {
  targetContract('sqs', () => openSqs(endpoint), { follows: false, deduplicates: true })
  targetContract('eventbridge', () => openEventBridge(endpoint), { follows: false, deduplicates: false })
  targetContract('ecs', () => openEcs(endpoint), { follows: false, deduplicates: false })

  it('a cancelled run stops its task in ECS', async () => {
    const shop = await openEcs(endpoint)
    const context = contextOf()
    const ending = new AbortController()
    const running = shop.action({})(undefined, { ...context, signal: ending.signal })
    running.catch(() => undefined)
    await expect.poll(() => shop.works(context.runId)).toHaveLength(1)
    ending.abort(Object.assign(new Error('cancelled'), { reason: 'cancelled' }))
    await expect(running).rejects.toBe(ending.signal.reason)
    expect(await shop.isCancelled?.(context.runId)).toBe(true)
    await shop.close()
  })
})
