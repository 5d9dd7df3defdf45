/** A number with its noun: `1 record`, `2 records`, `1,200 records`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A number in groups of three digits: `1,200`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
