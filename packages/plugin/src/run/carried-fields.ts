/** How much of a context a job's record carries while the run is open, in bytes of JSON. */
const MAX_CONTEXT_BYTES = 65_536
const DEEPEST = 64

type Fields = Readonly<Record<string, unknown>>

/**
 * What a caller gave for an action's context, as another process can be given it when the run changes hands.
 * @returns `undefined` for nothing; `null` when it is not plain JSON of at most 64 KiB, so that no other process can have it
 */
export function carriedFields(fields: Fields | undefined): Fields | null | undefined {
  if (fields === undefined || Object.keys(fields).length === 0) return undefined
  if (!isJson(fields, 0)) return null
  const text = JSON.stringify(fields)
  return Buffer.byteLength(text) > MAX_CONTEXT_BYTES ? null : (JSON.parse(text) as Fields)
}

/** What JSON leaves out of an object is no loss: to read it yields `undefined` before and after. */
function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth > DEEPEST) return false
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return false
  return Object.values(value).every((item) => item === undefined || isJson(item, depth + 1))
}
