import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { createExecutor, type Overlap, type RunContext, type RunOutcome, type RunPolicy } from '../src/index.ts'

const SEEDS = casesOf(20)
const SLOTS = 3
const OVERLAPS: readonly Overlap[] = ['skip', 'queue', 'cancel']

/** Random runs of a few keys, with cancellations in between. An action is polite, slow to end or deaf to its signal. */
async function simulate(
  seed: number,
): Promise<{ most: Map<string, number>; mostAtOnce: number; outcomes: RunOutcome[] }> {
  const clock = createManualClock()
  const random = createSeededRandom(seed)
  const pick = (below: number): number => Math.floor(random.float() * below)
  const executor = createExecutor({ clock, random, logger: silentLogger }, { maxConcurrent: SLOTS, graceMs: 20 })
  const bodies = new Map<string, number>()
  const most = new Map<string, number>()
  let heard = 0
  let mostAtOnce = 0

  const actionOf = (key: string) => {
    const [workMs, isDeaf, fails] = [pick(300), random.float() < 0.3, random.float() < 0.3]
    return async ({ signal }: RunContext): Promise<void> => {
      bodies.set(key, (bodies.get(key) ?? 0) + 1)
      most.set(key, Math.max(most.get(key) ?? 0, bodies.get(key) ?? 0))
      mostAtOnce = Math.max(mostAtOnce, ++heard)
      const stopCounting = (): void => void heard--
      signal.addEventListener('abort', stopCounting, { once: true })
      try {
        await clock.sleep(workMs, isDeaf ? undefined : signal)
        if (fails) throw new Error('no luck')
      } finally {
        if (!signal.aborted) stopCounting()
        signal.removeEventListener('abort', stopCounting)
        bodies.set(key, (bodies.get(key) ?? 0) - 1)
      }
    }
  }

  const runs: Promise<RunOutcome>[] = []
  for (let n = 0; n < 60; n++) {
    const key = `job-${pick(4)}`
    const policy: RunPolicy = {
      overlap: OVERLAPS[pick(3)] ?? 'skip',
      onHang: 'wait',
      timeoutMs: 50 + pick(200),
      retries: pick(3),
      backoff: [pick(50)],
      queueLimit: 3,
      priority: pick(3),
      ...(random.float() < 0.2 ? { deadlineMs: 1 + pick(400) } : {}),
    }
    runs.push(executor.run({ key, runId: `run-${n}`, action: actionOf(key) }, policy))
    if (random.float() < 0.2) executor.cancel(`run-${pick(n + 1)}`)
    await clock.advance(pick(60))
  }
  const draining = executor.drain({ timeoutMs: pick(500) })
  await clock.advance(2000)
  const report = await draining
  expect(report.drained).toBe(report.left.length === 0)
  expect(clock.sleeping).toBe(0)
  expect([executor.queued, executor.running().length]).toEqual([0, 0])
  return { most, mostAtOnce, outcomes: await Promise.all(runs) }
}

it.each(Array.from({ length: SEEDS }, (_, n) => n + 1))(
  'two bodies of one key never run at the same time, and every run ends: seed %i',
  async (seed) => {
    const { most, mostAtOnce, outcomes } = await simulate(seed)
    expect([...most.values()].every((bodies) => bodies === 1)).toBe(true)
    expect(mostAtOnce).toBeLessThanOrEqual(SLOTS)
    expect(outcomes).toHaveLength(60)
    for (const { status, attempts } of outcomes) {
      expect(attempts.filter((attempt) => attempt.status === 'success')).toHaveLength(status === 'success' ? 1 : 0)
    }
  },
)
