import { CancelledError } from '@s3sched/executor'
import { settle } from '@s3sched/kernel/testing'
import { LockError } from '@s3sched/lock'
import { describe, expect, it, vi } from 'vitest'
import type { LocalJob, JobRecord, OpenRun } from '@s3sched/jobs'
import type { LeasedRun } from './run-leases.ts'
import { RunTenure } from './run-tenure.ts'
import type { DueRunStart } from './run-start.ts'

const run = { runId: 'r', fence: 1, leaseMs: 2000 } as OpenRun

function tenureOf({ isWorking = false, role = 'leader' }: { isWorking?: boolean; role?: 'leader' | 'member' } = {}) {
  const claim = new AbortController()
  const shown = new AbortController()
  const presence = { signal: shown.signal, isTrusted: () => !shown.signal.aborted, leave: vi.fn<() => void>() }
  const enter = vi.fn<() => typeof presence>(() => presence)
  const lease = {
    isTrusted: vi.fn<() => boolean>(() => true),
    outlive: vi.fn<() => void>(),
    leave: vi.fn<() => void>(),
  }
  let leased: LeasedRun | undefined
  const leases = {
    enter: (given: LeasedRun) => {
      leased = given
      return lease
    },
  }
  const keepOn = vi.fn<() => Promise<typeof presence | undefined>>(() => Promise.resolve(undefined))
  const start: DueRunStart = {
    job: { name: 'job' } as LocalJob,
    run,
    record: {} as JobRecord,
    startAt: 10,
    authority: { role, epoch: 1, signal: claim.signal, isTrusted: () => !claim.signal.aborted },
  }
  const tenure = new RunTenure({ presence: { enter }, leases, isWorking: () => isWorking, keepOn }, start)
  return { claim, enter, keepOn, lease, leased: () => leased, presence, shown, tenure }
}

describe('the tenure of a run', () => {
  it('ends with the authority of the claim', () => {
    const { claim, tenure } = tenureOf()
    expect(tenure.ending.aborted).toBe(false)
    claim.abort(new CancelledError('stopped'))
    expect(tenure.ending.reason).toMatchObject({ reason: 'stopped' })
    expect(tenure.authority.isTrusted()).toBe(false)
  })

  it('has ended from the start if the authority has', () => {
    const claim = new AbortController()
    claim.abort()
    const authority = { role: 'leader', epoch: 1, signal: claim.signal, isTrusted: () => false } as const
    const start = { job: {} as LocalJob, run, record: {} as JobRecord, startAt: undefined, authority }
    const { ending, lease } = new RunTenure(
      {
        presence: { enter: vi.fn<() => never>() },
        leases: undefined,
        isWorking: () => false,
        keepOn: vi.fn<() => never>(),
      },
      start,
    )
    expect(ending.reason).toMatchObject({ reason: 'lease-lost' })
    expect(lease).toBeUndefined()
  })

  it('is limited by the lease of the run', () => {
    const { lease, leased, tenure } = tenureOf()
    expect(leased()).toMatchObject({ jobName: 'job', leaseMs: 2000 })
    lease.isTrusted.mockReturnValue(false)
    expect(tenure.authority.isTrusted()).toBe(false)
    leased()?.end(false)
    expect(tenure.ending.reason).toMatchObject({ reason: 'lease-lost' })
  })

  it('of a member is limited by the presence', () => {
    const { enter, presence, shown, tenure } = tenureOf({ role: 'member' })
    expect(enter).toHaveBeenCalledOnce()
    shown.abort(new CancelledError('lease-lost'))
    expect(tenure.ending.reason).toMatchObject({ reason: 'lease-lost' })
    tenure.leave()
    expect(presence.leave).toHaveBeenCalledOnce()
  })

  it('depends on the presence once the run is kept, for as long as an attempt is executing', async () => {
    const { claim, lease, presence, shown, tenure } = tenureOf({ isWorking: true })
    tenure.keepBy(presence)
    expect(tenure.isKept).toBe(true)
    expect(lease.outlive).toHaveBeenCalledOnce()
    claim.abort(new CancelledError('stopped'))
    expect(tenure.ending.aborted).toBe(false)
    shown.abort(new CancelledError('lease-lost'))
    await settle()
    expect(tenure.ending.reason).toMatchObject({ reason: 'lease-lost' })
    tenure.leave()
    expect(presence.leave).toHaveBeenCalledOnce()
  })

  it('ends a kept run between two attempts with the authority', () => {
    const { claim, presence, tenure } = tenureOf({ isWorking: false })
    tenure.keepBy(presence)
    claim.abort(new CancelledError('stopped'))
    expect(tenure.ending.aborted).toBe(true)
  })

  it('ends a kept run if the presence has ended, and the record has the run no more', async () => {
    const { presence, shown, tenure } = tenureOf({ isWorking: true })
    shown.abort(new CancelledError('lease-lost'))
    tenure.keepBy(presence)
    await settle()
    expect(tenure.ending.aborted).toBe(true)
  })

  it('goes on after the loss of the authority once the run is tied to the member', async () => {
    const { claim, keepOn, presence, shown, tenure } = tenureOf({ isWorking: true })
    keepOn.mockResolvedValueOnce(presence)
    claim.abort(new CancelledError('lease-lost'))
    await settle()
    expect([tenure.ending.aborted, tenure.isKept]).toEqual([false, true])
    shown.abort(new CancelledError('lease-lost'))
    await settle()
    expect(tenure.ending.aborted).toBe(true)
  })

  it('is not asked for where this process gave the authority up', async () => {
    const { claim, keepOn, tenure } = tenureOf({ isWorking: true })
    claim.abort(new LockError('released', { code: 'RELEASED' }))
    expect([tenure.ending.aborted, keepOn.mock.calls.length]).toEqual([true, 0])
    await settle()
  })

  it('gives the presence back where the run has ended meanwhile', async () => {
    const { claim, keepOn, presence, tenure } = tenureOf({ isWorking: true })
    keepOn.mockResolvedValueOnce(presence)
    claim.abort(new CancelledError('lease-lost'))
    tenure.leave()
    await settle()
    expect(presence.leave).toHaveBeenCalledOnce()
    expect(tenure.isKept).toBe(false)
  })

  it('calls no action without trust', async () => {
    const { claim, leased, tenure } = tenureOf()
    expect(tenure.call(() => leased()?.isActing())).toBe(true)
    expect([tenure.hasBegun, leased()?.isActing()]).toEqual([true, false])
    const acting = tenure.call(async () => undefined)
    expect(leased()?.isActing()).toBe(true)
    await acting
    expect(leased()?.isActing()).toBe(false)
    claim.abort(new CancelledError('stopped'))
    const action = vi.fn<() => void>()
    expect(() => tenure.call(action)).toThrow(expect.objectContaining({ reason: 'stopped' }))
    expect([action.mock.calls.length, tenure.hasBegun]).toEqual([0, false])
  })

  it('follows no signal after its end', () => {
    const { claim, tenure } = tenureOf()
    tenure.leave()
    claim.abort(new CancelledError('stopped'))
    expect(tenure.ending.aborted).toBe(false)
  })
})
