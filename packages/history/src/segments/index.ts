export {
  decideFlush,
  flushReason,
  planFlush,
  resolveFlushOptions,
  type FlushDecision,
  type FlushOptions,
  type FlushPlan,
  type OutcomesSize,
  type PlannedSegment,
  type ResolvedFlushOptions,
} from './flush.ts'
export {
  createHistoryReader,
  type HistoryReader,
  type HistoryReaderDeps,
  type HistoryReaderOptions,
  type ReaderListQuery,
} from './history-reader.ts'
export type { LivePages } from './live-pages.ts'
export { pageOutcome, parseOutcome, type PageOutcome, type PageOutcomes } from './page-outcome.ts'
export {
  pruneSegments,
  resolveSegmentRetention,
  type SegmentPruneDeps,
  type SegmentPruneOptions,
  type SegmentPruneReport,
  type SegmentRetentionPolicy,
} from './prune-segments.ts'
export type { SegmentRetention } from './prune-plan.ts'
export type { Archive, ChunkQuery, RunChunk, RunPlace } from './run-chunk.ts'
export { detailsOf, type DetailsReference } from './run-details.ts'
export { parseSegmentKey, segmentKey, type SegmentKey } from './segment-key.ts'
export { flushPage, prepareOutcome } from './write-outcomes.ts'
