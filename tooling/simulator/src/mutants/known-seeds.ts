/**
 * For mutants that seed 1 does not show: the first seed that does, as `npm run mutants` printed it. The tests try this
 * seed first, and hunt from seed 1 on where the seed shows nothing any more. An entry that has become wrong costs time,
 * and nothing else.
 */
export const KNOWN_SEEDS: Readonly<Record<string, number>> = {
  'a backfill in order that does not wait for the run before': 16,
  'a chain that nobody looks at when a run has ended': 9,
  'a claim judged by the schedule that was in force before': 93,
  'a claim without compare-and-swap': 2,
  'a flush that drops before it has written': 15,
  'a flush that drops what was appended since': 15,
  'a job of another shard claimed as a leader': 8,
  'a late truth counted beside the verdict': 5,
  'a page that is cut off taken for whole': 5,
  'a pause that comes a failure too late': 54,
  'a place more than the limit of a group': 134,
  'a place taken from a run that goes on': 134,
  'a run gone on with, without the rest of its backoff': 79,
  'a run judged by an old sign of its process': 70,
  'a shard whose lease is no lease: who should have it leads it': 8,
  "a standby that does not wait for a run's own lease": 11,
  'a standby that never stands in': 25,
  'a start that does not ask for a run elsewhere': 4,
  'an archive without the successes of its segments': 15,
  'an end counted twice, after a try that had landed': 3,
  'an unknown answer taken for a written one': 2,
  'claims beyond the last of maxRuns': 94,
  'leftovers of a split taken for pages': 59,
  'outcomes that a conflict drops': 2,
  'ticks in excluded times': 94,
  'ticks passed over without a trace': 3,
  'trust measured by the wall clock alone': 5,
}
