import type { GetResult, PutResult } from '../object-store.ts'
import { StoreError } from '../store-error.ts'

/** The ways to fail the probe. */
export type Violation =
  | 'refuses-creation'
  | 'ignores-conditions'
  | 'ignores-create-condition'
  | 'ignores-update-condition'
  | 'never-matches'
  | 'creates-by-update'
  | 'torn-reads'
  | 'stale-reads'
  | 'etag-ahead-of-body'
  | 'etags-differ'
  | 'listing'
  | 'keeps-deleted'
  | 'racing-creates'
  | 'racing-updates'
  | 'no-winner'

const SERVERS = 'Use a server that the README of @s3sched/store lists as right, such as AWS S3, MinIO or Cloudflare R2'

/** Advice for violations that need more than the general advice. */
const ADVICE: Readonly<Partial<Record<Violation, string>>> = {
  'refuses-creation': 'Check whether something between here and the bucket answers for it',
  'never-matches': `The server compares the quotes as a part of the ETag; upgrade it. ${SERVERS}`,
  'stale-reads': `Turn off the cache or the replica that answers the reads. ${SERVERS}`,
}

/** The server's answers to a sequence of requests, without a race. */
export interface Answers {
  readonly create: PutResult['outcome']
  readonly createAgain: PutResult['outcome']
  readonly update: PutResult['outcome']
  readonly staleUpdate: PutResult['outcome']
  readonly updateOfMissing: PutResult['outcome']
}

export interface Verdict {
  readonly violation: Violation
  /** The misbehaviour of the server, as a sentence. */
  readonly said: string
}

/** Judges the outcomes together: the cause of one wrong outcome shows only in the other outcomes. */
export function judgeAnswers(answers: Answers): Verdict | undefined {
  if (answers.create === 'conflict') {
    return {
      violation: 'refuses-creation',
      said: 'it refused to create a key that nobody else knows, as if it existed',
    }
  }
  const createIgnored = answers.createAgain === 'written'
  const updateIgnored = answers.staleUpdate === 'written'
  if (createIgnored && updateIgnored) {
    return {
      violation: 'ignores-conditions',
      said: 'it answered with success to the creation of a key that existed and to an update with a stale ETag',
    }
  }
  if (createIgnored) {
    return {
      violation: 'ignores-create-condition',
      said: 'it honours If-Match, but answered with success to the creation (If-None-Match: *) of a key that existed',
    }
  }
  if (updateIgnored) {
    return {
      violation: 'ignores-update-condition',
      said: 'it honours If-None-Match, but answered with success to an update (If-Match) with a stale ETag',
    }
  }
  if (answers.update === 'conflict') {
    return { violation: 'never-matches', said: 'it refused an update (If-Match) with the very ETag that it had given' }
  }
  if (answers.updateOfMissing === 'written') {
    return { violation: 'creates-by-update', said: 'it created an object by an update (If-Match) of a key without one' }
  }
  return undefined
}

/** One state of the object. */
export interface Written {
  readonly body: Uint8Array
  readonly etag: string
}

/** @param written - every state of the object so far, the latest last */
export function judgeRead(got: GetResult, written: readonly Written[]): Verdict | 'stale-etag' | undefined {
  const latest = written.at(-1)
  if (got.outcome !== 'found') {
    return { violation: 'stale-reads', said: 'a read right after a write did not find the object' }
  }
  const state = written.findLast(({ body }) => Buffer.compare(body, got.body) === 0)
  if (state === undefined) {
    return { violation: 'torn-reads', said: 'a read right after a write gave bytes that no successful write had' }
  }
  if (state !== latest) {
    return got.etag === latest?.etag
      ? { violation: 'etag-ahead-of-body', said: 'a read gave an old body under the ETag of the new one' }
      : { violation: 'stale-reads', said: 'a read right after a write gave the object as it was before' }
  }
  if (got.etag === state.etag) return undefined
  // Harmless: a writer with a stale ETag only loses the race.
  if (written.some(({ etag }) => etag === got.etag)) return 'stale-etag'
  return { violation: 'etags-differ', said: `a read gave the ETag ${got.etag} to what was written as ${state.etag}` }
}

export function judgeRace(kind: 'create' | 'update', outcomes: readonly PutResult['outcome'][]): Verdict | undefined {
  const winners = outcomes.filter((outcome) => outcome === 'written').length
  if (winners === 1) return undefined
  const of = `of ${outcomes.length} writers that raced to ${kind} one object`
  if (winners === 0) return { violation: 'no-winner', said: `${of}, it let none win` }
  return {
    violation: kind === 'create' ? 'racing-creates' : 'racing-updates',
    said: `one at a time it is right, but ${of}, it told ${winners} that they had won`,
  }
}

/** `UNSUPPORTED`, with the server's misbehaviour and the remedy. */
export function refusal(where: string, { violation, said }: Verdict): StoreError {
  return new StoreError(`${where} can't be used for locks and claims: ${said}`, {
    code: 'UNSUPPORTED',
    suggestion: ADVICE[violation] ?? SERVERS,
    context: { violation },
  })
}
