import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import type { Invocation } from '../invocation.ts'
import { formatDuration } from '../output/times.ts'
import type { Column } from '../output/table.ts'
import { readLocks, type LockView } from '../read-locks.ts'

/** The locks of `@s3sched/lock` with their holders. */
export const locksCommand: Command = {
  name: 'locks',
  summary: 'who holds which lock of @s3sched/lock, and whether its holder is alive',
  details: 'The leader is no lock of these; see status. Ends with 1 when a lock cannot be read.',
  usesStore: true,
  async run(invocation) {
    const operator = invocation.operator()
    const locks = await invocation.wait('Reading the locks', readLocks(operator.store, invocation.io))
    if (invocation.json) await invocation.printJson({ store: operator.description, locks })
    else await invocation.print(locks.length === 0 ? 'No locks.' : invocation.table(locks, lockColumns(invocation)))
    return locks.some(({ state }) => state === 'unreadable') ? EXIT.finding : EXIT.ok
  },
}

function lockColumns({ styles }: Invocation): Column<LockView>[] {
  return [
    { title: 'LOCK', text: ({ name }) => name, style: styles.bold, isName: true },
    {
      title: 'STATE',
      text: ({ state }) => state,
      style: (text, { state }) => (state === 'silent' || state === 'unreadable' ? styles.bad(text) : text),
    },
    { title: 'HOLDER', text: ({ holder }) => holder ?? '-', shrinks: true },
    { title: 'FENCE', text: ({ fence }) => (fence === null ? '-' : String(fence)), align: 'right' },
    { title: 'HELD FOR', text: ({ heldMs }) => durationOf(heldMs), align: 'right', leaves: 1 },
    {
      title: 'RENEWED',
      text: ({ renewedMs }) => (renewedMs === null ? '-' : `${formatDuration(renewedMs)} ago`),
      leaves: 2,
    },
    { title: 'TTL', text: ({ ttlMs }) => durationOf(ttlMs), align: 'right', leaves: 0 },
    { title: 'NOTE', text: ({ note }) => note ?? '', shrinks: true },
  ]
}

function durationOf(ms: number | null): string {
  return ms === null ? '-' : formatDuration(ms)
}
