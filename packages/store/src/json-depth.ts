/**
 * The deepest that objects and lists may be nested in a document. Ours are some levels deep and results are cut at 64; what is
 * deeper would end the stack of somebody who walks it, or writes it back.
 */
export const MAX_JSON_DEPTH = 128

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Whether JSON, as UTF-8, is nested deeper than {@link MAX_JSON_DEPTH}: known before it is parsed, without recursion. */
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
