import type { LocalJob, NameTable } from '@s3sched/jobs'

/** The jobs of the application, as far as the engine needs them. */
export interface DefinedJobs {
  readonly jobs: ReadonlyMap<string, LocalJob>
  /** Numbers the names of all jobs. */
  readonly names: NameTable
  /** See {@link JobCatalog.saidAt}. */
  readonly saidAt: Map<string, number>
}
