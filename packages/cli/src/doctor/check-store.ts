import { S3SchedError } from '@s3sched/kernel'
import type { Operator } from '@s3sched/operator'
import { probeStore, StoreError } from '@s3sched/store'
import type { Io } from '../io.ts'
import { counted } from '../output/counted.ts'
import { formatDuration } from '../output/times.ts'
import { ok, problemOf, type Finding } from './finding.ts'

const PATIENCE_MS = 20_000
const SKEW_NOTICE_MS = 1000
/** A leader steps down beyond this skew, by default. */
const SKEW_PROBLEM_MS = 600_000

/**
 * Checks anew that compare-and-swap holds on this server: 20 requests where the races of an instance are remembered.
 * @param races - makes so many races anew; `undefined` for none beyond those of a first probe
 */
export async function checkWrites(
  operator: Operator,
  { clock, random, signal }: Io,
  races: number | undefined,
): Promise<Finding[]> {
  const check = 'conditional-writes'
  try {
    const asked = races === undefined ? { recheck: true } : { cache: false, rounds: races }
    const options = { ...asked, patienceMs: PATIENCE_MS, signal }
    const { rounds, warnings, writers } = await probeStore(operator.store, options, { clock, random })
    const notices = warnings.map((message): Finding => ({ check, level: 'notice', message, advice: null }))
    return [
      ok(check, `conditional writes hold, also for ${writers} writers at once (${counted(rounds, 'race')})`),
      ...notices,
    ]
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return [problemOf(check, error)]
  }
}

/** Compares this machine's clock with the store's: 1 GET. */
export async function checkClock(operator: Operator, { signal }: Io): Promise<Finding> {
  const check = 'clock'
  try {
    await operator.hasChanged(signal)
  } catch (error) {
    if (!(error instanceof S3SchedError)) throw error
    return problemOf(check, error)
  }
  const skewMs = operator.clockSkewMs()
  if (Math.abs(skewMs) < SKEW_NOTICE_MS) return ok(check, "this machine's clock agrees with the store's")
  const by = `${formatDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} the store's`
  return {
    check,
    level: Math.abs(skewMs) > SKEW_PROBLEM_MS ? 'problem' : 'notice',
    message: `this machine's clock is at least ${by}`,
    advice:
      'Let it be kept by NTP; an instance here that is behind would start its ticks late by so much, and from ten minutes on none',
  }
}
