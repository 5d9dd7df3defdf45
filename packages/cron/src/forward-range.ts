import type { Field } from './field.ts'

/**
 * The advice for a range that runs over the end of its field, such as the hours `22-6`: the same values, in ranges that
 * run forwards. The step continues across the end: `22-6/3` is 22, 1 and 4.
 *
 * @param from - at most the largest written value of the field, 7 for a weekday
 * @param step - `'hashed'` for the range of an `H`, because `H` picks from a single range
 */
export function forwardText({ max, min }: Field, from: number, to: number, step: number | 'hashed'): string {
  const size = max - min + 1
  // 7 is Sunday too.
  const first = from > max ? from - size : from
  if (step === 'hashed') {
    const before = first <= to ? [] : [`'H(${first}-${max})'`]
    return `Write ${[...before, `'H(${first <= to ? first : min}-${to})'`].join(' or ')}`
  }
  if (first <= to) return `Write '${spanText(first, to, step)}'`
  const beyond = first + (Math.floor((max - first) / step) + 1) * step - size
  const spans = [spanText(first, max, step), ...(beyond <= to ? [spanText(beyond, to, step)] : [])]
  return spans.length === 1 ? `Write '${spans[0]}'` : `Write it as two: '${spans.join(',')}'`
}

function spanText(from: number, to: number, step: number): string {
  if (from === to || from + step > to) return `${from}`
  return `${from}-${to}${step === 1 ? '' : `/${step}`}`
}
