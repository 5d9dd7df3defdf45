import { assessHealth, type Operator } from '@s3sched/operator'
import type { Invocation } from '../invocation.ts'
import { counted } from '../output/counted.ts'
import { ok, type Finding } from './finding.ts'

/** The lease and the jobs: the findings of `status`, without the outcomes of runs. */
export async function checkFleet(operator: Operator, invocation: Invocation): Promise<Finding[]> {
  const { clock, signal } = invocation.io
  const check = 'fleet'
  const [{ jobs, unreadable }, leader, workers, requests] = await Promise.all([
    operator.jobs(signal),
    operator.leader(),
    operator.workers(),
    operator.requests(signal),
  ])
  if (leader.state === 'missing' && jobs.length === 0 && unreadable.length === 0) {
    return [
      {
        check,
        level: 'notice',
        message: 'no instance has ever run here',
        advice: 'Start one, or give the --prefix that the application has',
      },
    ]
  }
  const fleet = { jobs, unreadable, leader, workers, requests, now: clock.now() }
  const found = assessHealth(fleet, (instant) => invocation.at(instant))
  const findings = found
    .filter(({ code }) => code !== 'LAST_RUN_FAILED' && code !== 'JOB_PAUSED')
    .map(({ advice, job, level, message }) => ({
      check,
      level,
      message: job === null ? message : `job '${job}': ${message}`,
      advice,
    })) satisfies Finding[]
  if (findings.length > 0) return findings
  const led = leader.state === 'held' ? `${leader.workerId} leads in epoch ${leader.epoch}` : 'nobody leads'
  return [ok(check, `${led}, ${counted(workers.length, 'instance')}, ${counted(jobs.length, 'job')}`)]
}
