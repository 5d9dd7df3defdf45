import { readFileSync } from 'node:fs'

/** The rows of the scenarios in docs/failure-modes.md, cell by cell. */
export function failureModes(): string[][] {
  const page = readFileSync(new URL('../../../../docs/failure-modes.md', import.meta.url), 'utf8')
  const scenarios = /^## Scenarios$(?<rows>.*?)^## /ms.exec(page)?.groups?.['rows'] ?? ''
  return scenarios
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| what happens |'))
    .map((line) => line.slice(2, -2).split(' | '))
}
