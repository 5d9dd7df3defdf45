import type { JobView, LeaderView } from '@s3sched/operator'
import { resolveRules, type AlertRule } from '../src/alert-rules.ts'
import { NO_STATE, type AlertState, type Marks } from '../src/alert-state.ts'
import { decideAlerts, type Decision } from '../src/decide-alerts.ts'

export const MINUTE = 60_000
export const NOW: number = 1_000 * MINUTE
export const EVERY: number = 30 * MINUTE

type Statistics = JobView['statistics']
export type Running = JobView['running'][number]
interface JobParts extends Partial<Pick<JobView, 'name' | 'overdueSince' | 'state'>> {
  readonly running?: readonly Partial<Running>[]
  readonly spec?: Partial<JobView['spec']>
  readonly counts?: Partial<Statistics['counts']>
  readonly streak?: Statistics['streak']
  readonly lastError?: Statistics['lastError']
  readonly lastSuccess?: Statistics['lastSuccess']
}

/** The parts of a view that the decision reads. */
export function jobOf({ counts, lastError, lastSuccess, running = [], spec, streak, ...rest }: JobParts = {}): JobView {
  const statistics = {
    counts: { missed: 0, lost: 0, ...counts },
    streak: streak ?? { outcome: 'success', length: 1 },
    ...(lastError === undefined ? {} : { lastError }),
    ...(lastSuccess === undefined ? {} : { lastSuccess }),
  }
  const view = { name: 'job', state: 'active', overdueSince: null, ...rest, statistics }
  return { ...view, running, spec: { retries: 0, timeout: 0, ...spec } } as unknown as JobView
}

export const markOf = (runId: string, message?: string): NonNullable<Statistics['lastError']> => ({
  runId,
  scheduledTime: NOW - MINUTE,
  status: 'failed',
  durationMs: 10,
  ...(message === undefined ? {} : { message }),
})

export const failed = (times: number, runId = `run-${times}`): JobView =>
  jobOf({ streak: { outcome: 'failure', length: times }, lastError: markOf(runId, 'disk full') })

/** The rule under test is named `rule`, and tells of everything once in half an hour. */
export function ruleOf(rule: Partial<AlertRule> = {}): readonly AlertRule[] {
  const on = ['failed', 'recovered', 'missed', 'lost', 'late', 'stalled', 'leaderless'] as const
  return [{ name: 'rule', on, every: EVERY, to: () => undefined, ...rule }]
}

interface Look {
  readonly rules?: readonly AlertRule[]
  readonly leader?: LeaderView
  readonly now?: number
}

/** A state in which the rule has looked before; `marks` are of the job, or of the fleet. */
export const known = (marks?: Marks, name = 'job'): AlertState => ({
  ...NO_STATE,
  rules: { rule: marks === undefined ? {} : { [name]: marks } },
})

export function decide(
  state: AlertState,
  jobs: readonly JobView[],
  { leader, now = NOW, rules = ruleOf() }: Look = {},
): Decision {
  return decideAlerts(state, resolveRules(rules), { jobs, leader, now })
}

export const marksOf = ({ rules }: Decision, name = 'job'): Marks | undefined => rules['rule']?.[name]
