/** The status of one mutant, in Stryker's words. */
export interface MutantResult {
  readonly fileName: string
  readonly status: string
}

const FOUND = ['Killed', 'Timeout']
const MISSED = ['Survived', 'NoCoverage']

/** A Markdown table of the mutants noticed by the tests, per file. Mutants that could not be run count for nothing. */
export function scoresOf(results: readonly MutantResult[]): string[] {
  const files = [...new Set(results.map(({ fileName }) => shortOf(fileName)))]
  const rows = files.map((file) => [file, ...sumsOf(results.filter(({ fileName }) => shortOf(fileName) === file))])
  return [
    '| file | mutants | noticed | score |',
    '|---|---:|---:|---:|',
    ...[...rows, ['in all', ...sumsOf(results)]].map((cells) => `| ${cells.join(' | ')} |`),
  ]
}

function shortOf(fileName: string): string {
  return fileName.split('packages/').at(-1) ?? fileName
}

function sumsOf(results: readonly MutantResult[]): [number, number, string] {
  const noticed = results.filter(({ status }) => FOUND.includes(status)).length
  const all = noticed + results.filter(({ status }) => MISSED.includes(status)).length
  return [all, noticed, all === 0 ? '' : `${((100 * noticed) / all).toFixed(1)}%`]
}
