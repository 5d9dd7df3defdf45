import { createSeededRandom } from '@s3sched/kernel/testing'
import { Database, type DatabaseOptions } from '@s3sched/database'
import { createMemoryStore } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { createYieldingClock } from './yielding-clock.ts'

/** A connected database with a clock that stands still and with the same ids in every run. */
export async function connectedDatabase(
  store: ObjectStore = createMemoryStore(),
  options: Omit<DatabaseOptions, 'store' | 'connectionString'> & { readonly seed?: number } = {},
): Promise<Database> {
  const { seed = 1, ...rest } = options
  const database = new Database({ store, clock: createYieldingClock(), random: createSeededRandom(seed), ...rest })
  await database.connect()
  return database
}
