const WITH_FIELDS = ['[object Object]', '[object Module]']

/**
 * True for an object whose fields are its content, such as the value of a JSON object or the exports of a module. An
 * array, `Map`, `Set`, `Date` or promise has its content elsewhere, and would pass for an object without any field.
 */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && WITH_FIELDS.includes(Object.prototype.toString.call(value))
}
