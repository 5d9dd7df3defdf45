/**
 * For mutants that not one of the first seeds shows: the first seed that does, as `npm run mutants` printed it. The tests
 * try this seed first, and hunt from seed 1 on where the seed shows nothing any more. An entry that has become wrong
 * costs time, and nothing else.
 */
export const KNOWN_SEEDS: Readonly<Record<string, number>> = {
  'a chain that nobody looks at when a run has ended': 9,
  'a backfill in order that does not wait for the run before': 16,
  'a claim judged by the schedule that was in force before': 93,
  'a job of another shard claimed as a leader': 8,
  'a late truth counted beside the verdict': 7,
  'a page that is cut off taken for whole': 22,
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
  'claims beyond the last of maxRuns': 94,
  'leftovers of a split taken for pages': 59,
  'ticks in excluded times': 94,
  'trust measured by the wall clock alone': 5,
}
