import { Session, type Runtime } from 'node:inspector'

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

/**
 * Collects garbage, and counts the reachable objects and their entries. Only the inspector hands the objects over. A
 * single question gives the objects of all kinds: before each answer the engine collects garbage until nothing is left,
 * which takes longer than the rest.
 */
export function countAlive(): Alive {
  const session = new Session()
  session.connect()
  try {
    const objectGroup = 'alive'
    const prototype = answerOf((done) =>
      session.post('Runtime.evaluate', { expression: 'Object.prototype', objectGroup }, done),
    ) as Runtime.EvaluateReturnType
    const found = answerOf((done) =>
      session.post('Runtime.queryObjects', { prototypeObjectId: idOf(prototype.result), objectGroup }, done),
    ) as Runtime.QueryObjectsReturnType
    const counted = answerOf((done) =>
      session.post(
        'Runtime.callFunctionOn',
        { objectId: idOf(found.objects), functionDeclaration: COUNT, returnByValue: true },
        done,
      ),
    ) as Runtime.CallFunctionOnReturnType
    session.post('Runtime.releaseObjectGroup', { objectGroup })
    const { value } = counted.result as { readonly value?: Alive }
    if (value === undefined) throw new Error(`the objects can't be counted: ${JSON.stringify(counted)}`)
    return value
  } finally {
    session.disconnect()
  }
}

/** The prototype of a subclass counts as an object of its kind, and has no entries. */
const COUNT = `function () {
  const counts = { maps: 0, sets: 0, signals: 0, promises: 0, arrays: 0, mapEntries: 0, setEntries: 0, arrayEntries: 0 }
  const sizeOf = (each, field) => {
    try {
      return each[field]
    } catch (error) {
      if (error instanceof TypeError) return 0
      throw error
    }
  }
  for (const each of this) {
    if (each instanceof Map) {
      counts.maps++
      counts.mapEntries += sizeOf(each, 'size')
    } else if (each instanceof Set) {
      counts.sets++
      counts.setEntries += sizeOf(each, 'size')
    } else if (each instanceof Array) {
      counts.arrays++
      counts.arrayEntries += sizeOf(each, 'length')
    } else if (each instanceof AbortSignal) counts.signals++
    else if (each instanceof Promise) counts.promises++
  }
  return { ...counts, objects: this.length }
}`

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
