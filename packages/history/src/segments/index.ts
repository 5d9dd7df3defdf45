export { ByteCache } from './byte-cache.ts'
export {
  decideFlush,
  flushReason,
  isDueByAge,
  planFlush,
  resolveFlushOptions,
  type FlushDecision,
  type FlushOptions,
  type FlushPlan,
  type OutcomesSize,
  type PlannedSegment,
  type ResolvedFlushOptions,
} from './flush.ts'
export type { LivePages } from './live-pages.ts'
export { expiredOutcomes, expireOutcomes } from './expired-outcomes.ts'
export { pageOutcome, parseOutcome, type PageOutcome, type PageOutcomes } from './page-outcome.ts'
export { readPrunedTo } from './pruned-mark.ts'
export type { Archive, ChunkQuery, Lane, LaterChunks, RunChunk, RunPlace } from './run-chunk.ts'
export { detailsOf, type DetailsReference } from './run-details.ts'
export { parseSegmentKey, segmentKey, type SegmentKey } from './segment-key.ts'
export { flushPage, prepareOutcome } from './write-outcomes.ts'
