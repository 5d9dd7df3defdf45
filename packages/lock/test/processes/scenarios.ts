import { openStore, readDocument } from '@s3sched/store'
import { expect } from 'vitest'
import { startChild, type Child } from './child-process.ts'

const COUNTING = new URL('counting-child.ts', import.meta.url)
const HOLDING = new URL('holding-child.ts', import.meta.url)

/** Sixteen processes increment one counter that only the lock protects. */
export async function countTogether(connection: string, rounds: number): Promise<void> {
  const children = Array.from({ length: 16 }, (_, index) =>
    startChild(COUNTING, { connection, rounds, holder: `p${index}` }),
  )
  expect(await Promise.all(children.map((child) => child.ended))).toEqual(children.map(() => 0))
  const store = openStore(connection)
  expect(await readDocument(store, 'counter.json')).toMatchObject({ fields: { count: 16 * rounds } })
  await store.close()
}

/** A holder is stopped for longer than its ttl; another takes over and writes; the first wakes up and writes too. */
export async function wakeTooLate(connection: string): Promise<void> {
  const sleeper = startChild(HOLDING, { connection, holder: 'sleeper' })
  const thief = await withChild(sleeper, async () => {
    expect(await sleeper.says('holds')).toBe('1')
    sleeper.kill('SIGSTOP')
    const next = startChild(HOLDING, { connection, holder: 'thief' })
    return withChild(next, async () => {
      expect(await next.says('holds')).toBe('2')
      next.kill('SIGUSR2')
      expect(await next.says('put')).toBe('written')
      sleeper.kill('SIGUSR2')
      sleeper.kill('SIGCONT')
      expect(await sleeper.says('trusts')).toBe('false')
      expect(await sleeper.says('lost')).toBe('1')
      expect(await sleeper.says('put')).toBe('stale')
      return next
    })
  })
  expect(await Promise.all([sleeper.ended, thief.ended])).toEqual([0, 0])
}

/** A holder is killed; the next one gets the lock by itself. @returns how long that took, ms */
export async function dieHolding(connection: string): Promise<number> {
  const victim = startChild(HOLDING, { connection, holder: 'victim' })
  expect(await victim.says('holds')).toBe('1')
  const heir = startChild(HOLDING, { connection, holder: 'heir' })
  return withChild(heir, async () => {
    victim.kill('SIGKILL')
    expect(await victim.ended).toBe('SIGKILL')
    const diedAt = performance.now()
    expect(await heir.says('holds')).toBe('2')
    const tookMs = performance.now() - diedAt
    heir.kill('SIGUSR2')
    expect(await heir.says('put')).toBe('written')
    expect(await heir.ended).toBe(0)
    return tookMs
  })
}

/** No process survives a test that fails. */
async function withChild<T>(child: Child, test: () => Promise<T>): Promise<T> {
  try {
    return await test()
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}
