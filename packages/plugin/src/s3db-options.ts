/**
 * The options that the documents or the code of s3db.js have for a scheduler and that have no meaning here, each with
 * its replacement. A warning names such an option, and the scheduler starts: a refusal would keep a user of s3db.js from
 * the first start, and silence would let the user believe in the option.
 */
const INSTEAD = {
  workerTimeout: 'an instance counts as gone after three of its heartbeats: see heartbeatInterval',
  leaseTimeout: 'the lease lasts three heartbeats: see heartbeatInterval',
  heartbeatJitter: 'heartbeats need none',
  minEpochDuration: 'a leader leads until it stops or dies',
  maxEpochDuration: 'a leader leads until it stops or dies',
  coldStartDuration: 'see coldStartObservationWindow',
  coldStartPreparationDelay: 'see coldStartObservationWindow',
  startupJitterMin: 'see coldStartObservationWindow',
  startupJitterMax: 'see coldStartObservationWindow',
  warnSlowRegisterWorkerLogs: 'see logger',
  coordinatorWorkInterval: 'the leader works when something is due',
  epochFencingEnabled: 'each write is fenced, and each run has a context.fence',
  epochGracePeriodMs: 'each write is fenced at once',
  historyResource: 'the history has keys of its own: see getJobHistory()',
  jobHistoryResource: 'the history has keys of its own: see getJobHistory()',
  resourceNames: 'the scheduler uses no resources: see prefix',
  namespace: 'see prefix',
  instanceId: 'see prefix',
  slug: 'see prefix',
  storage: 'see store',
  logLevel: 'see logger',
} as const

/** The options of s3db.js without a meaning here. */
export type S3dbOptions = {
  /** @deprecated without a meaning here */
  readonly [K in keyof typeof INSTEAD]?: unknown
}

/** The input without the options of s3db.js alone. */
export function withoutS3dbOptions(input: unknown): unknown {
  const names = namesIn(input)
  if (names.length === 0) return input
  return Object.fromEntries(Object.entries(input as object).filter(([name]) => !names.some((other) => other === name)))
}

/** The warning about such options, `undefined` where the input has none. */
export function warningOfS3dbOptions(input: unknown): string | undefined {
  const told = namesIn(input)
    .filter((name) => ((input as S3dbOptions)[name] ?? null) !== null)
    .map((name) => `${name} (${INSTEAD[name]})`)
  return told.length === 0 ? undefined : `options of s3db.js without a meaning here are ignored: ${told.join(', ')}`
}

function namesIn(input: unknown): (keyof S3dbOptions)[] {
  if (typeof input !== 'object' || input === null) return []
  return Object.keys(input).filter(isS3dbOption)
}

function isS3dbOption(name: string): name is keyof S3dbOptions {
  return Object.hasOwn(INSTEAD, name)
}
