import type { PutCondition, PutResult } from '../object-store.ts'
import { conclusive, type Finding, type Trial } from './sequence.ts'
import { judgeRace, judgeRead, type Verdict, type Written } from './verdict.ts'

interface Entrant {
  readonly body: Uint8Array
  readonly result: PutResult
}

/** Most of a scheduler's writes are updates, so two of three races are for an update. */
const KINDS = ['create', 'update', 'update'] as const

/** The object of the races so far. */
interface Contested {
  readonly path: string
  readonly states: readonly Written[]
  readonly condition: PutCondition
}

/**
 * Lets `writers` race to create one object, and then to update the object twice, each call one race: exactly one writer
 * may win, and its bytes must be there afterwards. 1 PUT per writer and 1 GET; before the first race 1 GET per writer.
 */
export function createRaces(trial: Trial, writers: number): () => Promise<Finding> {
  let races = 0
  let contested: Contested | undefined
  let isOpen = false

  const begin = (): Contested => ({ path: trial.key(), states: [], condition: { ifAbsent: true } })
  return async () => {
    const kind = contested === undefined ? KINDS[0] : (KINDS[races % KINDS.length] ?? 'update')
    const before = kind === 'create' || contested === undefined ? begin() : contested
    // A race with an unknown outcome leaves an object that nobody knows: the next race begins with a new one.
    contested = undefined
    if (!isOpen) await openConnections(trial, before.path, writers)
    isOpen = true
    const run = await runRace(trial, before, kind, writers)
    races = kind === 'create' ? 1 : races + 1
    contested = run.contested
    return run.finding
  }
}

/** One connection for each writer, so that the writes leave at the same time. */
async function openConnections({ call, store }: Trial, path: string, writers: number): Promise<void> {
  await Promise.all(Array.from({ length: writers }, () => store.get(path, call)))
}

interface RunRace {
  readonly finding: Finding
  readonly contested: Contested | undefined
}

function judgedRace(verdict: Verdict): RunRace {
  return { finding: { verdict, warnings: [] }, contested: undefined }
}

async function runRace(
  trial: Trial,
  { condition, path, states: known }: Contested,
  kind: 'create' | 'update',
  writers: number,
): Promise<RunRace> {
  const entrants = await race(trial, path, writers, condition)
  const verdict = judgeRace(
    kind,
    entrants.map(({ result }) => result.outcome),
  )
  if (verdict !== undefined) return judgedRace(verdict)
  const won = entrants.flatMap(({ body, result }) =>
    result.outcome === 'written' ? [{ body, etag: result.etag }] : [],
  )
  const states = [...known, ...won]
  const read = judgeRead(await trial.store.get(path, trial.call), states)
  if (read !== undefined && read !== 'stale-etag') return judgedRace(read)
  const warnings = read === undefined ? [] : [`after a race to ${kind}, the ETag was an old one`]
  return {
    finding: { verdict: undefined, warnings },
    contested: { path, states, condition: { ifMatch: states.at(-1)?.etag ?? '' } },
  }
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
