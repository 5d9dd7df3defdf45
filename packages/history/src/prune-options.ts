import { boolean, func, optional, resolveOptions } from '@s3sched/kernel'
import type { CallOptions } from '@s3sched/store'
import { CALL_SPEC } from './call-options.ts'

/** The deletions of a prune so far. */
export interface PruneProgress {
  /** Runs. A run with two records may count twice. */
  readonly runs: number
  /** Objects, those of runs and all others. */
  readonly objects: number
}

/** The result of a deletion of old runs. */
export interface PruneReport extends PruneProgress {
  /** More runs may go than one call takes: call again. */
  readonly more: boolean
}

/** The extent of a deletion of old runs. */
export interface PruneOptions extends CallOptions {
  /** Counts what would be deleted, and deletes nothing. @default false */
  readonly dryRun?: boolean
  /** Called after each deletion. Must not throw. */
  readonly onProgress?: (soFar: PruneProgress) => void
}

type ProgressListener = (soFar: PruneProgress) => void

const OPTIONS_SPEC = {
  ...CALL_SPEC,
  dryRun: boolean(false),
  onProgress: optional(func<ProgressListener>()),
}

/** A checked {@link PruneOptions}. */
export interface ResolvedPruneOptions {
  readonly dryRun: boolean
  readonly onProgress: ProgressListener | undefined
  readonly call: CallOptions
}

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolvePruneOptions(options: PruneOptions): ResolvedPruneOptions {
  const { dryRun, onProgress, onTrouble, signal, timeoutMs } = resolveOptions('prune', OPTIONS_SPEC, options)
  return { dryRun, onProgress, call: { signal, timeoutMs, onTrouble } }
}
