import type { Mutant } from './mutant.ts'

const CHANGES = 'jobs/src/record/job-changes.ts'
const RECORDS = 'jobs/src/bucket/record-writer.ts'
const PAGE_WRITER = 'ledger/src/page-writer.ts'
const PAGE_SPLIT = 'ledger/src/page-split.ts'

/** Broken variants of what happens to pages, and to the outcomes in pages. */
export const PAGE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a claim without compare-and-swap',
    file: PAGE_WRITER,
    find: 'const condition: PutCondition = base.etag === undefined ? { ifAbsent: true } : { ifMatch: base.etag }',
    replace: 'const condition = undefined as unknown as PutCondition',
    withinSeeds: 20,
  },
  {
    name: 'an unknown answer taken for a written one',
    file: PAGE_WRITER,
    find: "if (put.outcome === 'written') {\n      const known",
    replace: "if (put.outcome !== 'conflict') {\n      const known",
    withinSeeds: 20,
  },
  {
    name: 'an end without its outcome in the same write',
    file: 'engine/src/runs/run-end.ts',
    find: 'outcomes: wasLost ? outcome?.map(markLost) : outcome }',
    replace: 'outcomes: undefined }',
    withinSeeds: 5,
  },
  {
    name: 'a page that is cut off taken for whole',
    file: 'ledger/src/page-format.ts',
    find: 'const parts = readLines(bytes) ?? readJson(bytes.toString())',
    replace:
      "const text = bytes.toString(); const parts = readLines(Buffer.from(text.slice(0, text.lastIndexOf('\\n')).replace(/,$/, '') + '\\n]}')) ?? readJson(text)",
    withinSeeds: 60,
  },
  {
    name: 'an end counted twice, after a try that had landed',
    file: 'ledger/src/try-fate.ts',
    find: "if (sign?.nonce === nonce) return 'landed'",
    replace: "if (sign?.nonce === nonce) return 'not-landed'",
    also: {
      file: CHANGES,
      find: 'if (open === undefined && !wasLost) return record',
      replace:
        'if (open === undefined && !wasLost) return { ...record, statistics: foldStatistics(statistics, ended) }',
    },
    withinSeeds: 20,
  },
  {
    name: 'outcomes that a conflict drops',
    file: RECORDS,
    find: 'const { name } = submission',
    replace:
      "const { name } = submission\n    Reflect.set(submission, 'tries', (Reflect.get(submission, 'tries') ?? 0) + 1)",
    also: {
      file: RECORDS,
      find: 'entries: changed.outcomes }',
      replace: "entries: Reflect.get(submission, 'tries') > 1 ? [] : changed.outcomes }",
    },
    withinSeeds: 20,
  },
  {
    name: 'a batch answered as written when only a part was',
    file: 'ledger/src/decide-changes.ts',
    find: 'const verdicts = changes.map((change) => verdictOf(change, edit))',
    replace:
      'const whole = new PageEdit(page, codec)\n  const verdicts = changes.map((change, index) => verdictOf(change, index > 0 ? whole : edit))',
    withinSeeds: 20,
  },
  {
    name: 'a split that loses a change made meanwhile',
    file: PAGE_SPLIT,
    find: 'return child.draftOf?.page === page && child.draftOf.nonce === parent.nonce',
    replace: "return child.draftOf?.page === page && parent.nonce !== ''",
    withinSeeds: 200,
  },
  {
    name: 'leftovers of a split taken for pages',
    file: PAGE_SPLIT,
    find: 'return note?.depth === page.length && note.of === draftOf.nonce',
    replace: 'return note !== null',
    withinSeeds: 200,
  },
  {
    name: 'a flush that drops what was appended since',
    file: 'jobs/src/bucket/outcome-flusher.ts',
    find: 'await ledger.dropEntries(page, [...gone, ...moved], {',
    replace:
      'const everything = [...(ledger.knownPage(page)?.entries() ?? [])].map(({ id }) => id)\n    await ledger.dropEntries(page, moved.length > 0 ? everything : [], {',
    withinSeeds: 60,
  },
  {
    name: 'a flush that drops before it has written',
    file: 'jobs/src/bucket/outcome-flusher.ts',
    find: 'const moved = await flushPage(',
    replace: 'void ledger.dropEntries(page, outcomes.map(({ id }) => id))\n    const moved = await flushPage(',
    withinSeeds: 60,
  },
]
