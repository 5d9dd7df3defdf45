import { silentLogger, systemClock, systemRandom } from '@s3sched/kernel'
import { systemHost } from '@s3sched/lock'
import { openStore, scopeStore, type StoreInput } from '@s3sched/store'
import type { Operator, OperatorOptions } from './operator.ts'
import { StoreOperator } from './store-operator.ts'

/**
 * Sends no request by itself.
 * @throws StoreError `INVALID_CONNECTION`, `INVALID_KEY`
 * @example
 * const operator = createOperator('s3://my-bucket')
 * await operator.pause('billing')
 */
export function createOperator(connection: StoreInput, options: OperatorOptions = {}): Operator {
  const { clock = systemClock, host = systemHost, logger = silentLogger, random = systemRandom } = options
  const { prefix = 's3sched/' } = options
  const opened = openStore(connection, { clock, random, logger })
  const close = async (): Promise<void> => {
    if (opened !== connection) await opened.close()
  }
  return new StoreOperator(scopeStore(opened, prefix), { clock, host, random, logger }, close)
}
