import { mapParallel, describe, messageOf } from '@s3sched/kernel'
import { DatabaseError } from './database-error.ts'
import type { GivenDocument } from './document-shape.ts'

export interface InsertSteps<D> {
  /** Validates; throws for a refused document. */
  prepare(document: Readonly<Record<string, unknown>>): GivenDocument
  insert(id: string, attributes: GivenDocument['attributes']): Promise<D>
}

type Outcome<D> = { readonly document: D } | { readonly index: number; readonly id: string; readonly error: unknown }

/** Validation is all or nothing; later failures of the store are reported apart from the written documents. */
export async function insertAll<D extends { readonly id: string }>(
  subject: string,
  documents: readonly Readonly<Record<string, unknown>>[],
  parallelism: number,
  steps: InsertSteps<D>,
): Promise<D[]> {
  if (!Array.isArray(documents)) {
    throw new DatabaseError(`expected the documents for ${subject} to be an array, got ${describe(documents)}`, {
      code: 'INVALID_ARGUMENT',
    })
  }
  const prepared = documents.map((document, index) => prepareAt(subject, index, () => steps.prepare(document)))
  const outcomes = await mapParallel(prepared, parallelism, async ({ id, attributes }, index): Promise<Outcome<D>> => {
    try {
      return { document: await steps.insert(id, attributes) }
    } catch (error) {
      return { index, id, error }
    }
  })
  const inserted = outcomes.flatMap((outcome) => ('document' in outcome ? [outcome.document] : []))
  const failed = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome] : []))
  const [first] = failed
  if (first === undefined) return inserted
  if (documents.length === 1) throw first.error
  throw new DatabaseError(
    `${failed.length} of ${documents.length} documents were not inserted into ${subject}; the first, at index ${first.index}: ${messageOf(first.error)}`,
    {
      code: 'PARTIAL_FAILURE',
      suggestion: 'context.inserted and context.failed name both kinds',
      context: { inserted: inserted.map(({ id }) => id), failed },
      cause: first.error,
    },
  )
}

function prepareAt(subject: string, index: number, prepare: () => GivenDocument): GivenDocument {
  try {
    return prepare()
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    throw new DatabaseError(`nothing was inserted into ${subject}: at index ${index}: ${error.message}`, {
      code: error.code,
      context: { ...error.context, index },
      cause: error,
    })
  }
}
