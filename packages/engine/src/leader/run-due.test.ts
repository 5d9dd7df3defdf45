import { expect, it } from 'vitest'
import { BegunRuns } from './begun-runs.ts'
import type { EndedRun } from '../runs/ended-run.ts'
import { runDue, type DueRun } from './run-due.ts'

type Look = () => Promise<void>

const DONE = (): Promise<void> => Promise.resolve()
const FAILING = (): Promise<void> => Promise.reject(new Error('503'))

/** A pass with two runs, whose looks at the chains are the given ones: one before the second end, one after. */
function passOf(looks: readonly Look[]): Promise<DueRun[]> {
  const begun = new BegunRuns()
  begun.add(Promise.resolve(undefined))
  let endSecond: (ended: EndedRun) => void = () => undefined
  begun.add(new Promise<EndedRun>((resolve) => (endSecond = resolve)))
  const left = [...looks]
  const starter = {
    runOnStart: DONE,
    obey: DONE,
    advanceBackfills: DONE,
    evaluateChains: async () => {
      await left
        .shift()?.()
        .finally(() => endSecond(undefined))
    },
  }
  const deps = {
    begun,
    bucket: { records: { names: () => [], drain: DONE }, requests: { pending: () => Promise.resolve([]) } },
    pass: {
      starter,
      engine: { touch: () => undefined, runOnce: () => Promise.resolve([]) },
      cleanUp: { doIfDue: DONE },
    },
    registrar: { defineAll: DONE },
    clockWatch: { requireGood: DONE },
    signal: new AbortController().signal,
  }
  return runDue(deps as unknown as Parameters<typeof runDue>[0])
}

it('resolves when a later look has done what an earlier one could not', async () => {
  await expect(passOf([FAILING, DONE])).resolves.toEqual([])
})

it('rejects when the last look could not be made', async () => {
  await expect(passOf([DONE, FAILING])).rejects.toMatchObject({
    code: 'STORE',
    message: expect.stringContaining('503'),
  })
})
