import type { Measurement } from '../measurement.ts'
import { measureMemory } from './memory.ts'
import { measureNext } from './next.ts'
import { measureParsing } from './parse.ts'

/**
 * The promised costs of `@s3sched/cron`. Parsing comes first, before any zone was seen: the later parts have seen all
 * zones.
 */
export function benchmark(): readonly Measurement[] {
  return [...measureParsing(), ...measureNext(), ...measureMemory()]
}
