import type { PutCondition, PutResult } from '../object-store.ts'
import { conclusive, type Finding, type Trial } from './sequence.ts'
import { judgeRace, judgeRead, type Written } from './verdict.ts'

interface Entrant {
  readonly body: Uint8Array
  readonly result: PutResult
}

/**
 * Lets `writers` race to create one object, and then to update the object: exactly one writer may win, and its bytes
 * must be there afterwards. 2 PUTs per writer and 2 GETs.
 */
export async function probeRace(trial: Trial, writers: number): Promise<Finding> {
  const { store, call } = trial
  const path = trial.key()
  const warnings: string[] = []
  // Opens one connection per writer, so that the writes leave at the same time.
  await Promise.all(Array.from({ length: writers }, () => store.get(path, call)))
  const states: Written[] = []
  let condition: PutCondition = { ifAbsent: true }
  for (const kind of ['create', 'update'] as const) {
    const entrants = await race(trial, path, writers, condition)
    const verdict = judgeRace(
      kind,
      entrants.map(({ result }) => result.outcome),
    )
    if (verdict !== undefined) return { verdict, warnings }
    for (const { body, result } of entrants) {
      if (result.outcome === 'written') states.push({ body, etag: result.etag })
    }
    const read = judgeRead(await store.get(path, call), states)
    if (read === 'stale-etag') warnings.push(`after a race to ${kind}, the ETag was an old one`)
    else if (read !== undefined) return { verdict: read, warnings }
    condition = { ifMatch: states.at(-1)?.etag ?? '' }
  }
  return { verdict: undefined, warnings }
}

async function race(
  { store, body, call }: Trial,
  path: string,
  writers: number,
  condition: PutCondition,
): Promise<Entrant[]> {
  // All writes settle before any failure counts, so that no write of this round is still in progress in the next round.
  const settled = await Promise.allSettled(
    Array.from({ length: writers }, async (): Promise<Entrant> => {
      const bytes = body()
      return { body: bytes, result: conclusive(await store.put(path, bytes, { ...call, condition })) }
    }),
  )
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason
    return each.value
  })
}
