/** What a file of another scheduler becomes: jobs for a jobs file, and remarks about the rest. */
export interface Imported {
  readonly jobs: readonly ImportedJob[]
  readonly remarks: readonly Remark[]
}

export interface ImportedJob {
  readonly name: string
  /** The fields of the job, but for its action. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly target: HttpRun | KubernetesRun
}

/** A command, for a service that runs commands. */
export interface HttpRun {
  readonly kind: 'http'
  readonly payload: Readonly<Record<string, unknown>>
}

/** The `spec` of a Job, and the options of the target. */
export interface KubernetesRun {
  readonly kind: 'kubernetesJob'
  readonly template: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
}

export interface Remark {
  /** The place in the file: `line 3`, `document 2`, `CronJob backup`; empty for the whole file. */
  readonly place: string
  readonly text: string
  /** True when something became no job. */
  readonly isLoss: boolean
}

/** The same name with a number, where the name is taken. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`
    if (!taken.has(name)) return name
  }
}
