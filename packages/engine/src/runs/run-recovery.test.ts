import type { JobRecord, LocalJob, OpenRun } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import type { RecoveryFacts } from './decide-recovery.ts'
import type { LostRuns } from './lost-runs.ts'
import { RunRecovery, type RunRecoveryDeps } from './run-recovery.ts'
import type { RunTakeOvers } from './run-take-overs.ts'

const executing = { runId: 'first', fence: 1, role: 'member', leaseMs: 2000, retry: null } as OpenRun
const released = { attempt: 0, error: '', delayMs: 0, notedAt: 0, released: true }
const waiting = { runId: 'second', fence: 2, role: 'leader', retry: released } as unknown as OpenRun
const authority = { role: 'leader', epoch: 1, signal: new AbortController().signal, isTrusted: () => true } as const

/** @returns whether the waiting run may go on here after the verdict on the executing run */
async function mayGoOn(overlap: string, afterVerdict: readonly OpenRun[]): Promise<boolean | undefined> {
  const record = (running: readonly OpenRun[]) =>
    ({ override: null, spec: { overlap }, running }) as unknown as JobRecord
  const factsOf = (run: OpenRun) => ({ run, isHere: false, hasAction: true }) as RecoveryFacts
  let answer: boolean | undefined
  const recovery = new RunRecovery({
    evidence: {
      of: (_: string, { run }: { run: OpenRun }) => factsOf(run),
      looks: () => undefined,
      withLife: (_: string, { run }: RecoveryFacts) => Promise.resolve({ ...factsOf(run), life: 'gone' }),
      renewed: (_: string, facts: RecoveryFacts) => facts,
    } as unknown as RunRecoveryDeps['evidence'],
    jobs: new Map([['job', { name: 'job' } as LocalJob]]),
    lost: { declare: () => Promise.resolve() } as unknown as LostRuns,
    records: { peek: () => undefined },
    runs: {
      inHand: { has: () => false, foreign: ({ running }: JobRecord) => running },
    } as unknown as RunRecoveryDeps['runs'],
    takeOvers: {
      takeOver: (_: unknown, __: unknown, mayStart: (record: JobRecord) => boolean) => {
        answer = mayStart(record(afterVerdict))
        return Promise.resolve()
      },
    } as unknown as RunTakeOvers,
  })
  await recovery.resolve('job', record([executing, waiting]), authority)
  return answer
}

it('does not go on with a waiting run while the run before it turns out to be alive', async () => {
  expect(await mayGoOn('queue', [executing, waiting])).toBe(false)
})

it('goes on with a waiting run once the run before it is out of the record', async () => {
  expect(await mayGoOn('queue', [waiting])).toBe(true)
})

it('goes on with a waiting run beside another where the job allows it', async () => {
  expect(await mayGoOn('allow', [executing, waiting])).toBe(true)
})
