export {
  decideFlush,
  planFlush,
  resolveFlushOptions,
  type FlushDecision,
  type FlushOptions,
  type FlushPlan,
  type PlannedSegment,
  type ResolvedFlushOptions,
} from './flush.ts'
export { pageOutcome, type PageOutcome, type PageOutcomes } from './page-outcome.ts'
export { detailsOf, type DetailsReference } from './run-details.ts'
export { parseSegmentKey, segmentKey, type SegmentKey } from './segment-key.ts'
export { flushPage, prepareOutcome } from './write-outcomes.ts'
