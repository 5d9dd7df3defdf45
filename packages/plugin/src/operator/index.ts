export {
  assessHealth,
  verdictOf,
  type FleetVerdict,
  type FleetView,
  type HealthCode,
  type HealthFinding,
  type UnreadableJob,
} from './health.ts'
export type { JobState, JobView, RunningView } from './job-view.ts'
export type { LeaderView } from './leader-view.ts'
export type { Term } from '../leader/terms.ts'
export { createOperator, type ChangeOutcome, type JobList, type Operator, type OperatorOptions } from './operator.ts'
export { compileSchedule } from '../job/compile-schedule.ts'
export type { JobSpec, StoredSchedule } from '../job/job-spec.ts'
export type { RunRequest } from '../leader/run-requests.ts'
