/** The most context fields that a job's record carries for an open run, in bytes of JSON. */
const MAX_CONTEXT_BYTES = 65_536
const DEEPEST = 64

type Fields = Readonly<Record<string, unknown>>

/**
 * A caller's context fields, in a form fit for another process if the run changes hands.
 * @returns `undefined` for no fields; `null` for fields that are not plain JSON of at most 64 KiB, so that no other
 * process can have them
 */
export function carriedFields(fields: Fields | undefined): Fields | null | undefined {
  if (fields === undefined || Object.keys(fields).length === 0) return undefined
  if (!isJson(fields, 0)) return null
  const text = JSON.stringify(fields)
  return Buffer.byteLength(text) > MAX_CONTEXT_BYTES ? null : (JSON.parse(text) as Fields)
}

/** Properties that JSON leaves out are no loss: reading such a property yields `undefined` before and after. */
function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth > DEEPEST) return false
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return false
  return Object.values(value).every((item) => item === undefined || isJson(item, depth + 1))
}
