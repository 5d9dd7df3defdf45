/** How many are sorted or merged in one turn of the event loop: some milliseconds. */
const PER_TURN = 8192

/** Sorts texts by their UTF-16 units, in place; many of them in several turns of the event loop. */
export async function sortInTurns(texts: string[], turn: () => Promise<void>): Promise<void> {
  if (texts.length <= PER_TURN) {
    texts.sort()
    return
  }
  let from: string[] = []
  for (let start = 0; start < texts.length; start += PER_TURN) {
    for (const text of texts.slice(start, start + PER_TURN).toSorted()) from.push(text)
    await turn()
  }
  let into = texts
  for (let width = PER_TURN; width < texts.length; width *= 2) {
    await mergePairs(from, into, width, turn)
    ;[from, into] = [into, from]
  }
  if (from !== texts) for (const [index, text] of from.entries()) texts[index] = text
}

/** Merges neighbouring sorted stretches of `width` into sorted ones of twice that. */
async function mergePairs(
  from: readonly string[],
  into: string[],
  width: number,
  turn: () => Promise<void>,
): Promise<void> {
  let merged = 0
  for (let start = 0; start < from.length; start += 2 * width) {
    const middle = Math.min(start + width, from.length)
    const end = Math.min(start + 2 * width, from.length)
    let [left, right] = [start, middle]
    for (let at = start; at < end; at++) {
      const [a, b] = [from[left] ?? '', from[right] ?? '']
      const takesLeft = left < middle && (right >= end || a <= b)
      into[at] = takesLeft ? a : b
      if (takesLeft) left++
      else right++
      if (++merged % (2 * PER_TURN) === 0) await turn()
    }
  }
}
