import { type JobRecord, newJob, type OpenRun } from '@s3sched/jobs'
import { describe, expect, it } from 'vitest'
import { claimUnlessBusy } from './claim-unless-busy.ts'
import type { ClaimRequest } from './claim-request.ts'

const record = { ...newJob({ overlap: 'skip' } as JobRecord['spec'], 'h', 0), fence: 1 }
const authority = { role: 'member', epoch: null, signal: new AbortController().signal, isTrusted: () => true } as const

/** A job whose record names runs of other processes, until they are resolved; `goesOn`: one can't be resolved. */
function job({ foreign, goesOn = false }: { foreign: number; goesOn?: boolean }) {
  const calls: string[] = []
  let left = foreign
  const deps: Parameters<typeof claimUnlessBusy>[0] = {
    records: {
      invalidate: () => void calls.push('invalidate'),
      load: () => Promise.resolve(record),
    },
    recovery: {
      resolve: () => {
        calls.push('resolve')
        left = 0
        return Promise.resolve(goesOn)
      },
    },
    runs: {
      claims: {
        claim: (_, { refuse }) => {
          calls.push('claim')
          const why = refuse(record)
          if (why !== undefined) return Promise.resolve({ outcome: 'refused', why })
          return Promise.resolve({ outcome: 'claimed', run: {} as OpenRun, record })
        },
      },
    },
  }
  const request: ClaimRequest<'unresolved'> = {
    trigger: 'manual',
    authority,
    refuse: () => (left > 0 ? 'unresolved' : undefined),
  }
  return { calls, deps, request }
}

describe('a claim unless busy', () => {
  it('claims a free job at once', async () => {
    const { calls, deps, request } = job({ foreign: 0 })
    expect(await claimUnlessBusy(deps, 'job', request)).toMatchObject({ outcome: 'claimed' })
    expect(calls).toEqual(['claim'])
  })

  it('resolves the runs of dead processes, by a fresh record, and claims then', async () => {
    const { calls, deps, request } = job({ foreign: 2 })
    expect(await claimUnlessBusy(deps, 'job', request)).toMatchObject({ outcome: 'claimed' })
    expect(calls).toEqual(['claim', 'invalidate', 'resolve', 'claim'])
  })

  it('is refused while a run of another process goes on', async () => {
    const { deps, request } = job({ foreign: 1, goesOn: true })
    expect(await claimUnlessBusy(deps, 'job', request)).toEqual({ outcome: 'refused', why: 'busy' })
  })

  it('resolves nothing for a claim refused for another reason', async () => {
    const { calls, deps, request } = job({ foreign: 1 })
    const refused = await claimUnlessBusy(deps, 'job', { ...request, refuse: () => 'removed' as const })
    expect(refused).toEqual({ outcome: 'refused', why: 'removed' })
    expect(calls).toEqual(['claim'])
  })
})
