/** A search of all states of a model, and the expected result. */
export interface ModelCheck {
  readonly model: 'lease' | 'tick'
  /** The number of events in one run of the model, by the names of its macros. */
  readonly bounds: Readonly<Record<string, number>>
  /** The broken rule; the search must then find a violation. */
  readonly broken?: string
  /** The search takes minutes, and its states fill the memory unless they are compressed. */
  readonly isLarge?: boolean
}

/** The names of the breakable rules, by model. */
export const BROKEN_RULES: Readonly<Record<ModelCheck['model'], readonly string[]>> = {
  lease: ['TRUST_FROM_ANSWER', 'STEAL_BY_DELETE', 'STEAL_EARLY', 'SHARED_NONCE', 'UNCONDITIONAL'],
  tick: ['NO_CAS', 'NO_LAST_TICK', 'START_ON_UNKNOWN', 'END_WITHOUT_OUTCOME', 'TAKE_UNRELEASED'],
}

/** Small enough for every run of the tests: some seconds each, half of the broken rules. */
export const SMALL_CHECKS: readonly ModelCheck[] = [
  { model: 'lease', bounds: { FENCES: 2, CRASHES: 0 } },
  { model: 'tick', bounds: { TICKS: 1, CRASHES: 1, LOSSES: 1, STEPDOWNS: 0 } },
  { model: 'lease', bounds: { FENCES: 2, CRASHES: 0 }, broken: 'TRUST_FROM_ANSWER' },
  { model: 'lease', bounds: { FENCES: 2, CRASHES: 0 }, broken: 'STEAL_BY_DELETE' },
  { model: 'tick', bounds: { TICKS: 1, CRASHES: 0, LOSSES: 0, STEPDOWNS: 0 }, broken: 'NO_LAST_TICK' },
  { model: 'tick', bounds: { TICKS: 1, CRASHES: 0, LOSSES: 0, STEPDOWNS: 0 }, broken: 'NO_CAS' },
]

const TWO_TICKS = { TICKS: 2, CRASHES: 0, LOSSES: 1, STEPDOWNS: 0 }
const ONE_CRASH = { TICKS: 1, CRASHES: 1, LOSSES: 0, STEPDOWNS: 0 }

/** Minutes together, and up to 4 GB of memory; and each broken rule. */
export const ALL_CHECKS: readonly ModelCheck[] = [
  { model: 'lease', bounds: { FENCES: 3, CRASHES: 1 }, isLarge: true },
  { model: 'tick', bounds: { TICKS: 1, CRASHES: 1, LOSSES: 1, STEPDOWNS: 1 }, isLarge: true },
  { model: 'tick', bounds: TWO_TICKS, isLarge: true },
  ...BROKEN_RULES.lease.map((broken) => ({ model: 'lease', bounds: { FENCES: 2, CRASHES: 0 }, broken }) as const),
  ...BROKEN_RULES.tick.map(
    // Only a crash between an end and the outcome shows that both belong into the same write.
    (broken) => ({ model: 'tick', bounds: broken === 'END_WITHOUT_OUTCOME' ? ONE_CRASH : TWO_TICKS, broken }) as const,
  ),
]

/** As arguments of Spin and the C compiler. */
export function definesOf({ bounds, broken }: ModelCheck): string[] {
  const defines = Object.entries(bounds).map(([name, value]) => `-D${name}=${value}`)
  return broken === undefined ? defines : [...defines, `-D${broken}`]
}

export function describeCheck({ bounds, broken, model }: ModelCheck): string {
  const limits = Object.entries(bounds).map(([name, value]) => `${value} ${name.toLowerCase()}`)
  return `${model}: ${broken ?? 'as it is'} (${limits.join(', ')})`
}
