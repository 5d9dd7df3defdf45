import type { Random } from '@s3sched/kernel'

/**
 * Draws expressions with times of day around `hour`, the hour of a clock change, in every form of the dialect but `H`.
 */
export function randomExpression(random: Random, hour: number, withSeconds = false): string {
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random.float() * choices.length)] as T
  const upTo = (max: number, min = 0): number => min + Math.floor(random.float() * (max - min + 1))
  const near = (): number => (hour + upTo(3) + 22) % 24
  const some = (value: () => number | string): string => Array.from({ length: upTo(3, 2) }, value).join(',')
  const minute = (): number => pick(0, 1, 15, 30, 45, 59, upTo(59))
  const minutes = pick(
    () => '*',
    () => `*/${upTo(30, 1)}`,
    () => `${range(minute)}/${upTo(20, 1)}`,
    () => `${upTo(20)}/${upTo(30, 1)}`,
    () => range(minute),
    () => some(minute),
    () => `${minute()}`,
    () => `${minute()}`,
  )()
  const hours = pick(
    () => '*',
    () => `*/${upTo(6, 1)}`,
    () => `${range(near)}/${upTo(3, 1)}`,
    () => '0-23',
    () => range(near),
    () => some(near),
    () => `${near()}`,
    () => `${near()}`,
    () => `${near()}`,
  )()
  const days = pick(
    () => '*',
    () => '*',
    () => '*',
    () => '?',
    () => `*/${upTo(7, 1)}`,
    () => range(() => upTo(31, 1)),
    () => some(() => upTo(31, 1)),
    () => pick('L', 'l', 'LW', 'L-1', `L-${upTo(30)}`, `${upTo(31, 1)}W`, '1,L', '15w,L-2'),
    () => `${upTo(31, 1)}/${upTo(10, 1)}`,
  )()
  const months = pick(
    () => '*',
    () => '*',
    () => '*',
    () => `*/${upTo(4, 1)}`,
    () => range(() => upTo(12, 1)),
    () => pick('jan,MAR,Apr', 'oct-dec', 'Feb', '3,4,9,10,11,12'),
  )()
  const weekdays = pick(
    () => '*',
    () => '*',
    () => '*',
    () => '?',
    () => pick('0', '7', 'sun', 'SAT', '0,7', '5-7', '1-5,3', 'mon-fri', '1/2', '*/7', '*/2', '0-7', '2-6/2'),
    () => pick('5L', 'friL', '0L,3', '7#1', 'mon#1,mon#3', 'wed#5', '1#2,5L,6'),
  )()
  const fields = `${minutes} ${hours} ${days} ${months} ${weekdays}`
  return withSeconds ? `${pick('0', '*', '*/15', '30', '5,50', '10-20')} ${fields}` : fields
}

function range(value: () => number): string {
  const [a, b] = [value(), value()]
  return `${Math.min(a, b)}-${Math.max(a, b)}`
}
