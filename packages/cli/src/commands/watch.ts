import { assessHealth } from '@s3sched/operator'
import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { parseDuration } from '../input/instant.ts'
import type { Invocation } from '../invocation.ts'
import { fleetJson, fleetText } from '../output/fleet-text.ts'
import { plainJson } from '../output/plain-text.ts'
import { readFleet } from '../read-fleet.ts'
import { lookAgain } from '../tell-trouble.ts'

/** To the first place of the screen; clears the rest of a line, and of the screen. */
const [HOME, END_OF_LINE, BELOW] = ['\u001B[H', '\u001B[K', '\u001B[J']

/** The fleet, again and again. */
export const watchCommand: Command<{ readonly every?: string }> = {
  name: 'watch',
  summary: 'status again and again, until Ctrl-C',
  details: 'On a terminal the text stays in its place; where the jobs need more lines, those in trouble come first.',
  usesStore: true,
  options: [{ flags: '--every <duration>', description: 'the time between two looks, 1s to 1h (default: 5s)' }],
  async run(invocation, { every = '5s' }) {
    const everyMs = parseDuration('--every', every)
    if (everyMs < 1000 || everyMs > 3_600_000) throw new UsageError(`expected --every to be 1s to 1h, got '${every}'`)
    const { clock, signal, stdout } = invocation.io
    invocation.goesOnUntilSignal()
    if (stdout.isTerminal && !invocation.json) await stdout.write(HOME + BELOW)
    for (;;) {
      await lookAgain(invocation, () => look(invocation, every))
      await clock.sleep(everyMs, signal)
    }
  },
}

async function look(invocation: Invocation, every: string): Promise<void> {
  const { stdout } = invocation.io
  const fleet = await readFleet(invocation)
  const findings = assessHealth(fleet, (instant) => invocation.at(instant))
  if (invocation.json) {
    // One document a line.
    await invocation.print(plainJson({ v: 1, command: invocation.command, ...fleetJson(invocation, fleet, findings) }))
    return
  }
  const title = invocation.styles.dim(`${invocation.at(invocation.now())}, every ${every}; Ctrl-C ends it`)
  // The cursor stands below the text.
  const text = `${title}\n${fleetText(invocation, fleet, findings, stdout.rows - 2)}`
  if (!stdout.isTerminal) await stdout.write(`${text}\n\n`)
  else await stdout.write(`${HOME}${text.replaceAll('\n', `${END_OF_LINE}\n`)}${END_OF_LINE}\n${BELOW}`)
}
