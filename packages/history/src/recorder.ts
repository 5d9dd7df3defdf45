import { fullJitter, S3SchedError, type Clock, type Random } from '@s3sched/kernel'
import { writeDocument, type CallOptions, type ObjectStore } from '@s3sched/store'
import { encodeRun, keyOf, type RunRecord } from './run-record.ts'
import { failureKey, runKey } from './run-key.ts'

export interface RecordDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
}

const DEFAULT_TIMEOUT_MS = 30_000
const ONE_PUT_MS = 10_000

/**
 * Writes a run's record: 1 PUT. A run without success takes 2 PUTs, and the mark in `failures/` is written first:
 * readers skip a mark without a record, but a record without a mark would be missing in a search for failures.
 *
 * Retriable failures of the store are retried. The name of a record follows from its contents, so writing the record
 * again changes nothing.
 */
export async function writeRun(deps: RecordDeps, run: RunRecord, options: CallOptions): Promise<void> {
  const { store, clock, random } = deps
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const fields = encodeRun(run)
  const key = keyOf(run)
  const deadline = clock.monotonic() + timeoutMs
  const persist = async (put: (callOptions: CallOptions) => Promise<unknown>): Promise<void> => {
    for (let retry = 1; ; retry++) {
      const leftMs = Math.max(1, deadline - clock.monotonic())
      try {
        await put({ signal, timeoutMs: Math.min(ONE_PUT_MS, leftMs) })
        return
      } catch (error) {
        const delayMs = fullJitter(retry, { baseMs: 200, maxMs: 5000 }, random)
        const passes = error instanceof S3SchedError && error.retriable
        if (!passes || clock.monotonic() + delayMs >= deadline) throw error
        await clock.sleep(delayMs, signal)
      }
    }
  }
  if (run.status !== 'success') {
    await persist((callOptions) => store.put(failureKey(key), new Uint8Array(), callOptions))
  }
  const nonce = random.id()
  await persist((callOptions) => writeDocument(store, runKey(key), fields, nonce, callOptions))
}
