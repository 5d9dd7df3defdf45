import type { BackfillOptions } from '@s3sched/operator'
import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { parseInstant } from '../input/instant.ts'
import { UsageError } from '../ending.ts'
import { counted } from '../output/counted.ts'
import { plainText } from '../output/plain-text.ts'
import { subjectOf } from '../subject.ts'

interface Options {
  readonly from?: string
  readonly to?: string
  readonly overlap?: string
  readonly cancel?: boolean
}

/** Runs a job for ticks that are over. */
export const backfillCommand: Command<Options> = {
  name: 'backfill',
  summary: 'run a job for the ticks of a time that is over, each at most once',
  details: 'Ticks with a run before are passed over. The leader begins within 15 s, and a next leader goes on.',
  subject: { label: 'NAME', required: true },
  usesStore: true,
  options: [
    { flags: '--from <when>', description: 'the first instant, included' },
    { flags: '--to <when>', description: 'the last instant, included (default: now)' },
    {
      flags: '--overlap <policy>',
      description: 'queue: one run after the other; allow: up to 20 at a time (default: queue)',
    },
    { flags: '--cancel', description: 'end the backfill under way, and its runs' },
  ],
  async run(invocation, { cancel = false, from, overlap, to }) {
    const name = subjectOf(invocation)
    const operator = invocation.operator()
    if (cancel) {
      if (from !== undefined || to !== undefined || overlap !== undefined) {
        throw new UsageError('expected --cancel alone, got a range or a policy besides')
      }
      const outcome = await invocation.wait('Writing', operator.cancelBackfill(name))
      if (invocation.json) await invocation.printJson({ store: operator.description, job: name, outcome })
      else
        await invocation.print(
          outcome === 'changed' ? 'Cancelled. The runs are told to end within 15 s.' : 'No backfill was under way.',
        )
      return EXIT.ok
    }
    const now = invocation.now()
    const first = parseInstant('--from', from, now)
    if (first === undefined)
      throw new UsageError('expected --from with the first instant of the ticks, and it is missing')
    const last = parseInstant('--to', to, now)
    const options: BackfillOptions = {
      from: first,
      ...(last === undefined ? {} : { to: last }),
      ...(overlap === undefined ? {} : { overlap: overlap as NonNullable<BackfillOptions['overlap']> }),
    }
    const { id, ticks } = await invocation.wait('Writing', operator.backfill(name, options))
    if (invocation.json) await invocation.printJson({ store: operator.description, job: name, backfill: id, ticks })
    else
      await invocation.print(
        plainText(
          `Backfills job '${name}': ${counted(ticks, 'tick')}, but for those that ran before. The leader begins within 15 s.`,
        ),
      )
    return EXIT.ok
  },
}
