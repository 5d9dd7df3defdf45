/** The used part of the context of an action; the context of a scheduler's action has all of these fields. */
export interface TargetContext {
  /** The name of the job. */
  readonly jobName: string
  /** The id of the run. */
  readonly runId: string
  /** The id of the run, or of the lost run that this run makes up for. @default `runId` */
  readonly idempotencyKey?: string
  /** The tick. */
  readonly scheduledTime: Date
  /** 1 is the first. */
  readonly attempt: number
  /** The longest time of the attempt, in ms. */
  readonly timeoutMs?: number | undefined
  /** Aborts when the attempt must end: at its timeout, by a cancellation, or when the right to run is lost. */
  readonly signal: AbortSignal
  /** Grows with every claim of the job. */
  readonly fence?: number | undefined
  /** Keeps a line with the run. */
  readonly log?: (message: string) => void
}

/** An action of a job that hands its work over, for schedulers with and without a database. */
export interface TargetAction {
  (db: unknown, context: TargetContext): Promise<unknown>
  (context: TargetContext, ...more: unknown[]): Promise<unknown>
}

/** @param run - hands over, and follows */
export function targetAction(run: (context: TargetContext) => Promise<unknown>): TargetAction {
  return (first: unknown, second?: unknown) => run(isContext(first) ? first : (second as TargetContext))
}

/** A database is no context, whatever its fields are. */
function isContext(value: unknown): value is TargetContext {
  const { jobName, runId, signal } = (value ?? {}) as Partial<Record<keyof TargetContext, unknown>>
  return typeof jobName === 'string' && typeof runId === 'string' && signal instanceof AbortSignal
}
