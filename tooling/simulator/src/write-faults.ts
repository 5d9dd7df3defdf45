/** What faults have to do with writes. */
import type { Change } from './ledger.ts'
import type { Fault, WriteKind } from './plan-form.ts'

/** True if one of the faults may have kept a process from a write between two instants, real ms. */
export function isDisturbedBy(faults: readonly Fault[], process: string, from: number, until: number): boolean {
  return faults.some((fault) => mayDisturb(fault, process) && fault.at <= until && fault.at + lengthOf(fault) >= from)
}

/** A clean stop disturbs no write; a fault at a write stands in the list once more, from the write on. */
function mayDisturb(fault: Fault, process: string): boolean {
  if (fault.kind === 'stop' || fault.kind === 'deploy' || fault.kind === 'atWrite') return false
  const isEverywhere = ['idle', 'deleteObject', 'storeClock'].includes(fault.kind)
  return isEverywhere || process.startsWith(`m${fault.machine}.`)
}

function lengthOf(fault: Fault): number {
  return 'forMs' in fault ? fault.forMs : 0
}

/** `undefined` for a write of another object. */
export function kindOf({ fields, key, kind }: Change): WriteKind | undefined {
  const isArchive = ['history/', 'archived/', 'rare/'].some((folder) => key.startsWith(folder))
  if (kind === 'delete') return isArchive || key.startsWith('segments/') ? 'deletion' : undefined
  if (key.startsWith('segments/')) return 'segment'
  if (isArchive) return 'archive'
  if (key === 'pruned.json') return 'deletion'
  if (!key.startsWith('jobs/pages/')) return undefined
  if (fields?.['split'] !== undefined) return 'note'
  return fields?.['draftOf'] === undefined ? 'commit' : 'draft'
}
