import { LedgerError } from './ledger-error.ts'
import { showPage, type PageName } from './page-name.ts'
import type { ReadPage } from './page-reader.ts'
import type { KnownPage } from './page.ts'

/**
 * True if the page is older than a state that was known before this read was sent: no order of answers explains it, and
 * somebody has put an old page back, such as from a backup.
 */
export function wentBack(read: ReadPage, { page: before }: KnownPage): boolean {
  return read.outcome === 'page' && read.known.page.life === before.life && read.known.page.seq < before.seq
}

export function wentBackError(name: PageName, { page: { seq } }: KnownPage): LedgerError {
  return new LedgerError(`page ${showPage(name)} is older than its commit ${seq}, which was there`, {
    code: 'WENT_BACK',
    suggestion: 'Stop all instances before a backup of the bucket is put back: what was changed since then is gone',
  })
}
