import type { Mutant } from './mutant.ts'

/** Variants that break the rules of jobs: bounds, groups, pauses, backfills. */
export const RULE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a backfill in order that does not wait for the run before',
    breaks: 'overlap',
    file: 'jobs/src/record/backfill.ts',
    find: 'if (running.length > 0) return true',
    replace: '',
    also: {
      file: 'engine/src/runs/run-policy.ts',
      find: "return record.backfill?.overlap === 'allow' ? 'allow' : 'queue'",
      replace: "return 'allow'",
    },
    withinSeeds: 100,
  },
  {
    name: 'claims beyond the last of maxRuns',
    breaks: 'accounting',
    file: 'jobs/src/record/job-changes.ts',
    find: 'tickRuns: (claimed.tickRuns ?? 0) + 1',
    replace: 'tickRuns: 1',
    withinSeeds: 100,
  },
  {
    name: 'ticks in excluded times',
    breaks: 'accounting',
    file: 'cron/src/compose-schedule.ts',
    find: 'const blocked = exclude.map(',
    replace: 'const blocked = exclude.slice(1).map(',
    withinSeeds: 100,
  },
  {
    name: 'a place more than the limit of a group',
    breaks: 'group',
    file: 'engine/src/runs/fleet-places.ts',
    find: 'if (before !== undefined && before.length < limit) return',
    replace: 'if (before !== undefined && before.length <= limit) return',
    withinSeeds: 150,
  },
  {
    name: 'a place taken from a run that goes on',
    breaks: 'group',
    file: 'jobs/src/record/group-places.ts',
    find: 'return open !== undefined && !isTakenOver(open, fence)',
    replace: 'return open === undefined && fence > 0',
    withinSeeds: 150,
  },
  {
    name: 'a pause that comes a failure too late',
    breaks: 'pausing',
    file: 'jobs/src/record/failed-ticks.ts',
    find: 'if (failures < limit ||',
    replace: 'if (failures <= limit ||',
    withinSeeds: 60,
  },
  {
    name: 'a start before a run that was claimed before',
    breaks: 'fence',
    file: 'engine/src/pace/due-starts.ts',
    find: '!behind.some(this.#isComing)',
    replace: 'behind.length < Infinity',
    withinSeeds: 60,
  },
]
