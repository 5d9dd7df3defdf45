import { isPlainObject, type Json, type JsonObject } from './plain-json.ts'

/**
 * The attributes after `changes`: objects are merged at every depth, everything else is replaced, `null` is a value. A
 * name with dots is a path: `{'address.city': 'Rome'}` changes one field of `address` and creates missing objects.
 */
export function applyChanges(attributes: JsonObject, changes: JsonObject): JsonObject {
  let result = attributes
  for (const [name, value] of Object.entries(changes)) result = setAt(result, name.split('.'), value)
  return result
}

function setAt(target: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [name = '', ...rest] = path
  const present = Object.hasOwn(target, name) ? target[name] : undefined
  if (rest.length > 0) return { ...target, [name]: setAt(objectOr(present), rest, value) }
  if (!isPlainObject(value)) return { ...target, [name]: value }
  return { ...target, [name]: merge(objectOr(present), value) }
}

/** Inside a value names are literal: only the outermost names are paths. */
function merge(target: JsonObject, source: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...target }
  for (const [name, value] of Object.entries(source)) {
    const present = Object.hasOwn(target, name) ? target[name] : undefined
    merged[name] = isPlainObject(value) ? merge(objectOr(present), value) : value
  }
  return merged
}

function objectOr(value: Json | undefined): JsonObject {
  return isPlainObject(value) ? value : {}
}

/** The value at a dotted path, or `undefined`. */
export function valueAt(attributes: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = attributes
  for (const name of path.split('.')) {
    if (!isPlainObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}
