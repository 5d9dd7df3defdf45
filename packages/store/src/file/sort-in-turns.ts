/** The number of texts sorted or merged in one turn of the event loop: some milliseconds. */
const PER_TURN = 8192

/** Sorts texts by their UTF-16 units, in place; a long list takes several turns of the event loop. */
export async function sortInTurns(texts: string[], turn: () => Promise<void>): Promise<void> {
  if (texts.length <= PER_TURN) {
    texts.sort()
    return
  }
  for (let start = 0; start < texts.length; start += PER_TURN) {
    const sorted = texts.slice(start, start + PER_TURN).toSorted()
    for (let at = 0; at < sorted.length; at++) texts[start + at] = sorted[at] ?? ''
    await turn()
  }
  // Two arrays alternate: a new array per pass would cost megabytes for very many texts.
  let from = texts
  let into = texts.slice()
  for (let width = PER_TURN; width < texts.length; width *= 2) {
    await mergePairs(from, into, width, turn)
    ;[from, into] = [into, from]
  }
  if (from === texts) return
  for (let at = 0; at < texts.length; at++) texts[at] = from[at] ?? ''
}

/** Merges neighbouring sorted stretches of `width` into sorted stretches of twice the width. */
async function mergePairs(
  from: readonly string[],
  into: string[],
  width: number,
  turn: () => Promise<void>,
): Promise<void> {
  for (let start = 0; start < from.length; start += 2 * width) {
    const middle = Math.min(start + width, from.length)
    const end = Math.min(start + 2 * width, from.length)
    let left = start
    let right = middle
    for (let at = start; at < end;) {
      // The inner loop has no await: a loop with an await makes an object of every number.
      for (const until = Math.min(at + 2 * PER_TURN, end); at < until; at++) {
        const a = from[left] ?? ''
        const b = from[right] ?? ''
        const takesLeft = left < middle && (right >= end || a <= b)
        into[at] = takesLeft ? a : b
        if (takesLeft) left++
        else right++
      }
      await turn()
    }
  }
}
