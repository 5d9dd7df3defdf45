import { silentLogger, systemClock, systemRandom } from '@s3sched/kernel'
import { createOperator, type Operator, type OperatorOptions } from '@s3sched/operator'
import type { ResolvedDashboardOptions } from '../dashboard-options.ts'
import { FailureCache } from './failure-cache.ts'
import { FleetWatch } from './fleet-watch.ts'
import { LagCache } from './lag-cache.ts'
import { LiveRuns } from './live-runs.ts'
import { TimelineCache } from './timeline-cache.ts'

export type Connection = Parameters<typeof createOperator>[0]

/** A fleet as the pages read it, with what is remembered between two pages. */
export interface FleetReader {
  readonly operator: Operator
  readonly watch: FleetWatch
  readonly timelines: TimelineCache
  readonly lags: LagCache
  readonly failures: FailureCache
  readonly live: LiveRuns
}

/** Makes no request. @param prefix - of the fleet's keys */
export function createFleetReader(
  connection: Connection,
  prefix: string,
  { clock = systemClock, logger = silentLogger, random = systemRandom, scheduler }: ResolvedDashboardOptions,
): FleetReader {
  const deps: Required<Omit<OperatorOptions, 'host'>> = { clock, logger, random, prefix }
  const operator = createOperator(connection, deps)
  return {
    operator,
    watch: new FleetWatch({ operator, clock, random, logger }),
    timelines: new TimelineCache(operator.history),
    lags: new LagCache(operator.history),
    failures: new FailureCache(),
    live: new LiveRuns({ operator, clock, logger, scheduler }),
  }
}
