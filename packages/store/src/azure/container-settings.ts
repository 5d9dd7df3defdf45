import { systemClock } from '@s3sched/kernel'
import type { BucketSettings } from '../bucket-settings.ts'
import { withinTime } from '../within-time.ts'
import { connectAzureAccount } from './azure-client.ts'
import type { AzureConnection } from './azure-connection.ts'

/** The time limit of the answer, ms. */
const TIMEOUT_MS = 10_000

/**
 * The soft delete of the account, which is all that the data plane of Azure tells: versioning and policies of a
 * container are settings of the management plane. An identity with rights on the container alone may not ask.
 */
export async function inspectAzureContainer(
  connection: AzureConnection,
  signal: AbortSignal | undefined,
): Promise<BucketSettings> {
  const unknown = {
    versioning: undefined,
    expiresNoncurrent: undefined,
    agingRules: undefined,
    retentionDays: undefined,
  }
  const bounds = { timeoutMs: TIMEOUT_MS, signal }
  try {
    return await withinTime(systemClock, 'reading the settings of the account', bounds, async (abortSignal) => {
      const account = await connectAzureAccount(connection)
      const { deleteRetentionPolicy } = await account.getProperties({ abortSignal })
      return { ...unknown, softDeleteDays: deleteRetentionPolicy?.enabled === true ? deleteRetentionPolicy.days : 0 }
    })
  } catch {
    signal?.throwIfAborted()
    return { ...unknown, softDeleteDays: undefined }
  }
}
