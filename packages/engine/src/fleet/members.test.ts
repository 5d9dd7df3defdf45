import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { systemHost } from '@s3sched/lock'
import { createMemoryStore, encodeDocument, ServerClock } from '@s3sched/store'
import { expect, it } from 'vitest'
import type { EngineEnv } from '../engine-env.ts'
import { Members, type MembersDeps } from './members.ts'

const NOON = Date.UTC(2026, 5, 1, 12)
const MINUTE = 60_000
/** The moment in question: the last leader's stop, ten minutes ago. */
const AT = NOON - 10 * MINUTE

/** @param fields - of the member object of an instance that has started a minute ago */
async function wereOthersThere(workerId: string, fields: Record<string, unknown>): Promise<boolean> {
  const clock = createManualClock(NOON)
  const store = createMemoryStore({ clock })
  const member = { workerId, host: 'h', pid: 1, instance: 'i', startedAt: NOON - MINUTE, staleAfterMs: 15 * MINUTE }
  await store.put(`workers/${workerId}.json`, encodeDocument({ ...member, ...fields }, 'nonce'))
  const env = { clock, store, random: createSeededRandom(1), self: { workerId: 'w1', instance: 'i1' } }
  const members = new Members(
    { ...env, serverClock: new ServerClock(clock) } as unknown as EngineEnv,
    {} as unknown as MembersDeps,
    { heartbeatInterval: 30_000, host: systemHost },
  )
  return members.wereOthersThere(AT)
}

it('an instance that came later was not there', async () => {
  expect(await wereOthersThere('w2', {})).toBe(false)
  expect(await wereOthersThere('w2', { startedAt: AT })).toBe(true)
})

it.each(['w1', 'w2'])('an earlier process of %s that had not left was there', async (workerId) => {
  const before = { since: AT - 1, until: AT - 1 }
  expect(await wereOthersThere(workerId, { before })).toBe(true)
  expect(await wereOthersThere(workerId, { before: { since: AT + 1, until: AT + 1 } })).toBe(false)
})

it('an earlier process that was silent for half an hour is forgotten', async () => {
  expect(await wereOthersThere('w2', { before: { since: 0, until: NOON - 30 * MINUTE } })).toBe(true)
  expect(await wereOthersThere('w2', { before: { since: 0, until: NOON - 30 * MINUTE - 1 } })).toBe(false)
})
