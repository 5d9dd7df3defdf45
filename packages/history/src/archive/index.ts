export { archiveCopies, type ArchiveCopiesQuery, type ArchiveCopy } from './archive-copies.ts'
export { createArchive, type ArchiveReaderDeps, type ArchiveReaderOptions } from './archive-place.ts'
export { deleteArchived, type WrittenReceipt } from './archive-receipt.ts'
export {
  archiveSegments,
  DELETE_AFTER_MS,
  type ArchiveDeps,
  type ArchiveOptions,
  type ArchiveReport,
} from './archive-segments.ts'
export { parquetOf } from './parquet-of.ts'
export {
  pruneArchive,
  type ArchiveFolder,
  type ArchivePruneDeps,
  type ArchivePruneOptions,
  type ArchivePruneReport,
} from './prune-archive.ts'
