import {
  resolveOptions,
  S3SchedError,
  type OptionRelation,
  type OptionSpec,
  type ResolvedOptions,
} from '@s3sched/kernel'
import { DatabaseError, type DatabaseErrorCode } from './database-error.ts'

/** The options to check, for a refusal. */
export interface CheckedSubject {
  readonly code: DatabaseErrorCode
  readonly subject: string
}

/** `resolveOptions` that throws a {@link DatabaseError}. */
export function checkOptions<const S extends OptionSpec>(
  { code, subject }: CheckedSubject,
  spec: S,
  input: unknown,
  relations: readonly OptionRelation<S>[] = [],
): ResolvedOptions<S> {
  try {
    return resolveOptions(subject, spec, input, relations)
  } catch (error) {
    if (!(error instanceof S3SchedError)) throw error
    const { context, problem, suggestion } = error
    throw new DatabaseError(problem, { code, context, cause: error, ...(suggestion !== undefined && { suggestion }) })
  }
}
