import { createManualClock } from '@s3sched/kernel/testing'
import { StoreError } from '@s3sched/store'
import { expect, it, vi } from 'vitest'
import { awaitFirstAnswer } from './first-answer.ts'

function rig() {
  const clock = createManualClock()
  const warn = vi.fn<(message: string) => void>()
  return { clock, warn, deps: { clock, logger: { debug() {}, info() {}, warn, error() {} } } }
}

it('tells a silence in the log, and names the whole time in the error', async () => {
  const { clock, deps, warn } = rig()
  const suggestion = 'Check the way there'
  const lastTry = new StoreError('GET took longer than 3207 ms', { code: 'TIMEOUT', retriable: true, suggestion })
  const work = async (): Promise<never> => {
    await clock.sleep(20_000)
    throw lastTry
  }
  const failed = awaitFirstAnswer('store s3://b', work, deps).catch((error: unknown) => error)
  await clock.advance(20_000)
  expect(await failed).toMatchObject({
    code: 'STORE',
    retriable: true,
    cause: lastTry,
    message: 'store s3://b gave no useful answer in 20 s: GET took longer than 3207 ms. Check the way there',
    suggestion,
  })
  expect(warn.mock.calls.map(([message]) => message).slice(0, 2)).toEqual([
    'store s3://b is silent or slow: its check is not over after 5 s',
    'store s3://b is silent or slow: its check is not over after 10 s',
  ])
  expect(clock.sleeping).toBe(0)
})

it('names the last failed try of a store that answers with errors', async () => {
  const { clock, deps, warn } = rig()
  const suggestion = 'Check the endpoint'
  const refused = new StoreError('connect ECONNREFUSED', { code: 'NETWORK', retriable: true, suggestion })
  const checked = awaitFirstAnswer(
    'store s3://b',
    async (onTrouble) => {
      await clock.sleep(6000)
      onTrouble(refused)
      await clock.sleep(5000)
    },
    deps,
  )
  await clock.advance(11_000)
  await checked
  expect(warn.mock.calls.map(([message]) => message)).toEqual([
    'store s3://b is silent or slow: its check is not over after 5 s',
    'store s3://b gave no useful answer so far (connect ECONNREFUSED. Check the endpoint): its check is not over after 10 s',
  ])
})

it('says nothing of a store that answers, and leaves a refusal as it is', async () => {
  const { clock, deps, warn } = rig()
  await awaitFirstAnswer('store s3://b', () => clock.sleep(0), deps)
  const refusal = new StoreError('it is no store for this', { code: 'UNSUPPORTED' })
  await expect(awaitFirstAnswer('store s3://b', () => Promise.reject(refusal), deps)).rejects.toBe(refusal)
  await clock.advance(60_000)
  expect(warn).not.toHaveBeenCalled()
  expect(clock.sleeping).toBe(0)
})
