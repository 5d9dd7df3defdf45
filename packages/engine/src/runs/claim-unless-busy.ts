import type { RecordCache } from '@s3sched/jobs/bucket'
import type { ClaimRequest } from './claim-request.ts'
import type { ClaimOutcome, RunClaims } from './run-claims.ts'
import type { RunRecovery } from './run-recovery.ts'

export interface ClaimUnlessBusyDeps {
  readonly records: Pick<RecordCache, 'invalidate' | 'load'>
  readonly runs: { readonly claims: Pick<RunClaims, 'claim'> }
  readonly recovery: Pick<RunRecovery, 'resolve'>
}

/**
 * Claims a run unless another process runs the job. A claim refused as `unresolved` has found a run of another process
 * in the record: either that run goes on, and the job is busy, or the run is resolved here and the claim is tried again.
 * @param signal - ends the wait for the record
 */
export async function claimUnlessBusy<Refusal extends string>(
  { records, recovery, runs: { claims } }: ClaimUnlessBusyDeps,
  name: string,
  request: ClaimRequest<Refusal | 'unresolved'>,
  signal?: AbortSignal,
): Promise<ClaimOutcome<Exclude<Refusal, 'unresolved'> | 'busy'>> {
  for (;;) {
    const claimed = await claims.claim(name, request)
    if (claimed.outcome === 'claimed') return claimed
    const { why } = claimed
    if (why !== 'unresolved') return { outcome: 'refused', why: why as Exclude<typeof why, 'unresolved'> }
    // No message tells this instance at once that a run elsewhere is over; without a history, only the record tells.
    records.invalidate(name)
    const record = await records.load(name, signal)
    if (record !== undefined && (await recovery.resolve(name, record, request.authority)))
      return { outcome: 'refused', why: 'busy' }
  }
}
