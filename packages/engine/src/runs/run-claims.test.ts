import { parseSchedule } from '@s3sched/cron'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { type JobRecord, type JobSpec, judgeLost, newJob, type OpenRun } from '@s3sched/jobs'
import type { RecordCache } from '@s3sched/jobs/bucket'
import type { RunRecord } from '@s3sched/history'
import { ServerClock } from '@s3sched/store'
import { describe, expect, it, vi } from 'vitest'
import type { Authority } from './authority.ts'
import type { TickRequest } from './claim-request.ts'
import { type ClaimOutcome, RunClaims } from './run-claims.ts'
import type { RunReleases } from './run-releases.ts'
import { RunsInHand } from './runs-in-hand.ts'

const NOON = Date.UTC(2026, 5, 1, 12)
const schedule = parseSchedule('* * * * *')
const spec = { schedule: '* * * * *', enabled: true, overlap: 'skip', after: [] } as unknown as JobSpec
const lastRun = { runId: 'r0', durationMs: 1 } as JobRecord['lastRun']
const first: JobRecord = { ...newJob(spec, 'h', NOON - 60_000), lastRun }

type Disown = RunReleases['disown']

/** One job; `answer` stands for the store's answer to the write of a claim. */
function claimsOf(
  answer: (written: JobRecord) => JobRecord = (written) => written,
  trustedMs: number | undefined = 60_000,
) {
  const clock = createManualClock(NOON - 1000)
  const state = { record: first }
  const update: RecordCache['update'] = async (_, change) => {
    const changed = change(state.record, () => '')
    if ('stop' in changed) return { outcome: 'stopped', stop: changed.stop, record: state.record }
    state.record = changed.write
    await clock.advance(20)
    state.record = answer(state.record)
    return { outcome: 'written', record: state.record }
  }
  const submit: RecordCache['submit'] = (name, asked) => {
    update(name, (record, signOf) => asked.change(record, signOf)).then(
      (result) => asked.answered(result),
      (error: unknown) => asked.failed(error),
    )
  }
  const inHand = new RunsInHand('i')
  const disown = vi.fn<Disown>(() => Promise.resolve())
  const show = vi.fn<() => Promise<void>>(() => Promise.resolve())
  const claims = new RunClaims(
    {
      clock,
      logger: silentLogger,
      random: createSeededRandom(1),
      self: { workerId: 'w', instance: 'i' },
      serverClock: new ServerClock(clock),
    },
    {
      records: { ask: update, submit },
      inHand,
      presence: { claim: () => () => undefined, show },
      releases: { disown } as unknown as RunReleases,
      schedules: { get: () => schedule },
    },
    trustedMs,
    1000,
  )
  return { claims, disown, inHand, show, state }
}

const authority = (role: Authority['role']): Authority => ({
  role,
  epoch: role === 'leader' ? 7 : null,
  signal: new AbortController().signal,
  isTrusted: () => true,
})
const tick = (role: Authority['role'] = 'leader') => ({
  authority: authority(role),
  schedule,
  tick: NOON,
  startAt: NOON,
})
function claimTick(claims: RunClaims, request: TickRequest): Promise<ClaimOutcome<unknown>> {
  return new Promise((resolve, reject) =>
    claims.claimTick('job', request, {
      claimed: (run, record) => resolve({ outcome: 'claimed', run, record }),
      refused: (why) => resolve({ outcome: 'refused', why }),
      failed: reject,
    }),
  )
}

const MINE = { instance: 'i', runId: 'mine', fence: 1, retry: null }

const fails = (): never => {
  throw new Error('the store is away')
}

describe('a claimed run', () => {
  it('is here, with the claimant', async () => {
    const { claims, inHand, show, state } = claimsOf()
    const claimed = await claimTick(claims, tick())
    const run = { tick: NOON, trigger: 'schedule', workerId: 'w', instance: 'i', role: 'leader', epoch: 7, fence: 1 }
    expect(claimed).toMatchObject({ outcome: 'claimed', run, record: state.record })
    expect(claimed.outcome === 'claimed' && inHand.has(claimed.run)).toBe(true)
    expect(show).not.toHaveBeenCalled()
  })

  it('has a lease of its own only where another instance looks for one', async () => {
    const leaseMsOf = async (trustedMs: number | undefined): Promise<number | undefined> => {
      const claimed = await claimTick(claimsOf(undefined, trustedMs).claims, tick())
      return claimed.outcome === 'claimed' ? claimed.run.leaseMs : undefined
    }
    // 1 s until the start, 36 s of grace, and a tenth more.
    expect(await leaseMsOf(60_000)).toBe(30_000)
    expect(await leaseMsOf(30_000)).toBeUndefined()
  })

  it('of a member is claimed after the member has shown itself', async () => {
    const { claims, show } = claimsOf()
    await claimTick(claims, tick('member'))
    expect(show).toHaveBeenCalledOnce()
  })

  it('carries the fields of a request, and a further change in the same write', async () => {
    const { claims, state } = claimsOf()
    const request = { trigger: 'request', runId: 'asked', authority: authority('leader'), fields: { a: 1 } } as const
    const also = (record: JobRecord): JobRecord => ({ ...record, obeyed: ['asked'] })
    await claims.claim('job', { ...request, refuse: () => undefined, also })
    expect(state.record).toMatchObject({ obeyed: ['asked'], running: [{ runId: 'asked', fields: { a: 1 } }] })
  })
})

describe('the lead of claims', () => {
  it('follows the time that the store takes for a claim', async () => {
    const { claims } = claimsOf()
    expect(claims.leadMs).toBe(500)
    await claimTick(claims, tick())
    // Three times 20 ms.
    expect(claims.leadMs).toBe(60)
  })

  it('is not changed by a claim that was refused', async () => {
    const { claims } = claimsOf()
    await claims.claim('job', { trigger: 'start', authority: authority('leader'), refuse: () => 'busy' as const })
    expect(claims.leadMs).toBe(500)
  })
})

describe('a refused claim', () => {
  it('tells why, and the run is not here', async () => {
    const { claims, disown, inHand } = claimsOf()
    const request = { trigger: 'manual', runId: 'mine', authority: authority('member') } as const
    const refused = await claims.claim('job', { ...request, refuse: () => 'busy' as const })
    expect(refused).toEqual({ outcome: 'refused', why: 'busy' })
    expect(inHand.has(MINE)).toBe(false)
    expect(disown).not.toHaveBeenCalled()
  })

  it('is given up if the run was declared lost before the answer came', async () => {
    const { claims } = claimsOf((written) => judgeLost(written, { runId: 'mine', status: 'lost' } as RunRecord))
    const request = { trigger: 'start', runId: 'mine', authority: authority('leader') } as const
    expect(await claims.claim('job', { ...request, refuse: () => undefined })).toMatchObject({ why: 'given-up' })
  })
})

describe('a claim with an unknown outcome', () => {
  it('is taken back for a member, and the run stays here until then', async () => {
    const { claims, disown, inHand, state } = claimsOf(fails)
    let disowned = (): void => undefined
    disown.mockReturnValue(new Promise<void>((resolve) => (disowned = resolve)))
    await expect(claimTick(claims, tick('member'))).rejects.toThrow('away')
    const [run] = state.record.running as [OpenRun]
    expect(disown).toHaveBeenCalledWith('job', expect.objectContaining({ runId: run.runId }))
    expect(inHand.has(run)).toBe(true)
    disowned()
    await expect.poll(() => inHand.has(run)).toBe(false)
  })

  it('is taken back for a run by hand of a leader', async () => {
    const { claims, disown } = claimsOf(fails)
    const request = { trigger: 'manual', authority: authority('leader'), refuse: () => undefined } as const
    await expect(claims.claim('job', request)).rejects.toThrow('away')
    expect(disown).toHaveBeenCalledOnce()
  })

  it('is left to the next look of a leader', async () => {
    const { claims, disown, inHand, state } = claimsOf(fails)
    await expect(claimTick(claims, tick())).rejects.toThrow('away')
    expect(disown).not.toHaveBeenCalled()
    expect(inHand.has(state.record.running[0] as OpenRun)).toBe(false)
  })

  it('counts as claimed once the record shows that the first try had landed', async () => {
    const { claims, state } = claimsOf()
    const request = {
      trigger: 'start',
      runId: 'mine',
      authority: authority('leader'),
      refuse: () => undefined,
    } as const
    await claims.claim('job', request)
    expect(await claims.claim('job', request)).toMatchObject({ outcome: 'claimed', run: { runId: 'mine', fence: 1 } })
    expect(state.record.running).toHaveLength(1)
  })
})
