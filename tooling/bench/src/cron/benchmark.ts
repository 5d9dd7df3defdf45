import type { Measurement } from '../measurement.ts'
import { measureMemory } from './memory.ts'
import { measureNext } from './next.ts'
import { measureParsing } from './parse.ts'

/** What `@s3sched/cron` promises to cost. Zones come first: the later parts have seen them all. */
export function benchmark(): readonly Measurement[] {
  return [...measureParsing(), ...measureNext(), ...measureMemory()]
}
