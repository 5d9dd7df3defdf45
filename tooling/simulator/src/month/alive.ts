import { Session, type Runtime } from 'node:inspector'
import { queryObjects } from 'node:v8'

/** Numbers of reachable objects, by kind, and of the entries of collections: the state of a process is in these. */
export interface Alive {
  readonly maps: number
  readonly sets: number
  /** Each long wait has a signal with listeners. */
  readonly signals: number
  readonly promises: number
  readonly arrays: number
  /** Entries of all maps together: a map that is never emptied stays one map. */
  readonly mapEntries: number
  readonly setEntries: number
  readonly arrayEntries: number
  /** Objects of every kind, closures and records included. */
  readonly objects: number
}

/** Collects garbage, and counts the reachable objects and their entries. */
export function countAlive(): Alive {
  const counted = {
    maps: countOf(Map),
    sets: countOf(Set),
    signals: countOf(AbortSignal),
    promises: countOf(Promise),
    arrays: countOf(Array),
    objects: countOf(Object),
  }
  const session = new Session()
  session.connect()
  try {
    return {
      ...counted,
      mapEntries: entriesOf(session, 'Map', 'size'),
      setEntries: entriesOf(session, 'Set', 'size'),
      arrayEntries: entriesOf(session, 'Array', 'length'),
    }
  } finally {
    session.disconnect()
  }
}

function countOf(kind: Function): number {
  return queryObjects(kind, { format: 'count' })
}

/** Sums a field over all reachable objects of a kind. Only the inspector hands the objects over. */
function entriesOf(session: Session, kind: 'Map' | 'Set' | 'Array', field: 'size' | 'length'): number {
  const objectGroup = 'alive'
  const prototype = answerOf((done) =>
    session.post('Runtime.evaluate', { expression: `${kind}.prototype`, objectGroup }, done),
  ) as Runtime.EvaluateReturnType
  const found = answerOf((done) =>
    session.post('Runtime.queryObjects', { prototypeObjectId: idOf(prototype.result), objectGroup }, done),
  ) as Runtime.QueryObjectsReturnType
  const functionDeclaration = sumOf(field)
  const sum = answerOf((done) =>
    session.post(
      'Runtime.callFunctionOn',
      { objectId: idOf(found.objects), functionDeclaration, returnByValue: true },
      done,
    ),
  ) as Runtime.CallFunctionOnReturnType
  session.post('Runtime.releaseObjectGroup', { objectGroup })
  const { value } = sum.result as { readonly value?: unknown }
  if (typeof value !== 'number') throw new Error(`the entries of ${kind} can't be summed: ${JSON.stringify(sum)}`)
  return value
}

/** The prototype of a subclass counts as an object of its kind, and has no entries. */
function sumOf(field: 'size' | 'length'): string {
  return `function () {
    let sum = 0
    for (const each of this) {
      try {
        if (each !== this) sum += each.${field}
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
      }
    }
    return sum
  }`
}

function idOf({ objectId }: Runtime.RemoteObject): string {
  if (objectId === undefined) throw new Error('the inspector has no id for an object')
  return objectId
}

/** The inspector of the own thread answers before the call returns. */
function answerOf(ask: (done: (error: Error | null, answer?: object) => void) => void): object {
  const answers: object[] = []
  ask((error, answer) => {
    if (error !== null) throw error
    if (answer !== undefined) answers.push(answer)
  })
  const [answer] = answers
  if (answer === undefined) throw new Error('the inspector did not answer at once')
  return answer
}
