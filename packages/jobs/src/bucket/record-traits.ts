import { effectiveSpec, type JobRecord } from '../record/job-record.ts'
import { shardOf } from '../record/job-shard.ts'

/** Evidence of earlier leaders of a shard in the records of its jobs. */
export interface ShardTraces {
  /** The highest epoch of runs that a record has named as open. */
  readonly epoch: number
  /** True if some tick was settled. */
  readonly wasLed: boolean
}

const NO_TRACES: ShardTraces = { epoch: 0, wasLed: false }

/** The traits for readers. */
export interface KnownTraits {
  /** The jobs whose record has an `after`: few among many. */
  readonly chained: ReadonlySet<string>
  /** The jobs with a backfill under way. */
  readonly backfilled: ReadonlySet<string>
  /** Evidence of earlier leaders of a shard. */
  tracesOf(shard: number): ShardTraces
}

/**
 * The traits of a few of very many records, noted at each read or write of a record, so that no pass over all records is
 * needed.
 */
export class RecordTraits implements KnownTraits {
  readonly chained: Set<string> = new Set()
  /** The jobs whose record has `runOnStart`. */
  readonly starting: Set<string> = new Set()
  readonly backfilled: Set<string> = new Set()
  readonly #shards: number
  /** By shard. */
  readonly #traces: ShardTraces[] = []

  constructor(shards: number) {
    this.#shards = shards
  }

  tracesOf(shard: number): ShardTraces {
    return this.#traces[shard] ?? NO_TRACES
  }

  /** @param record - `undefined` for a record that can't be read: some leader may have written it */
  note(name: string, record: JobRecord | undefined): void {
    const spec = record && effectiveSpec(record)
    if (spec !== undefined && spec.after.length > 0) this.chained.add(name)
    else this.chained.delete(name)
    if (spec?.runOnStart === true) this.starting.add(name)
    else this.starting.delete(name)
    if (record?.backfill !== undefined) this.backfilled.add(name)
    else this.backfilled.delete(name)
    this.#noteTraces(name, record)
  }

  #noteTraces(name: string, record: JobRecord | undefined): void {
    if (record?.lastTick === null && record.lastRun === null && record.running.length === 0) return
    const shard = shardOf(name, this.#shards)
    const known = this.tracesOf(shard)
    let { epoch } = known
    for (const run of record?.running ?? []) {
      if (run.role === 'leader' && (run.shards ?? 1) === this.#shards) epoch = Math.max(epoch, run.epoch ?? 0)
    }
    const wasLed =
      known.wasLed || epoch > 0 || record === undefined || record.lastTick !== null || record.lastRun !== null
    if (epoch !== known.epoch || wasLed !== known.wasLed) this.#traces[shard] = { epoch, wasLed }
  }
}
