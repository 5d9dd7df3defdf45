/**
 * The deepest nesting of objects and lists in a document. Documents of s3sched have a few levels, and results are cut
 * at 64; deeper nesting would overflow the stack of code that walks or stringifies the document.
 */
export const MAX_JSON_DEPTH = 128

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * True if JSON, as UTF-8, is nested deeper than `MAX_JSON_DEPTH` levels. The check runs before parsing, and without
 * recursion.
 */
export function isTooDeep(json: Uint8Array): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (inString) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    // [ and {, ] and }
    else if (byte === 0x5b || byte === 0x7b) {
      depth++
      if (depth > MAX_JSON_DEPTH) return true
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return false
}
