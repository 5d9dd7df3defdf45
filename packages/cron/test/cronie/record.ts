/**
 * Runs the real cronie over every clock change in the README, and records the started jobs in `recorded.json`.
 *
 * Not part of the tests; the tests read the recording. Run by hand, as root because crond needs root, with a C compiler
 * and make:
 *
 *     npm run record-cronie -- <folder of an unpacked release of cronie, not configured there>
 *
 * and then format the recording. The release is the `.orig.tar.gz` of `apt-get --download-only source cronie`, for
 * instance; a distribution's patches may move crontabs to other folders.
 *
 * crond is built unchanged in a temporary folder, together with its crontab; nothing is installed, and no other crontab
 * is read. Every expression has its own crond, in the foreground, with `TZ` set to the zone and under the clock of
 * `standing-clock.c`: a day takes a tenth of a second, and the result doesn't depend on the load of the machine.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CHANGES, type ClockChange } from '../awkward/changes.ts'
import type { Recording } from '../awkward/cronie.ts'

const MINUTE = 60_000
const [, , source] = process.argv
if (source === undefined) throw new Error('expected the folder of the source of cronie as the only argument')

const root = mkdtempSync(join(tmpdir(), 'cronie-'))
const crond = join(root, 'build/src/crond')
try {
  execFileSync('sh', [fileURLToPath(new URL('build.sh', import.meta.url)), source, root])
  const version = execFileSync(crond, ['-V'], { encoding: 'utf8' }).trim()
  const runs = CHANGES.filter(({ expression }) => expression.split(' ').length === 5).map((change) => ({
    expression: change.expression,
    zone: change.zone,
    from: iso(change.from),
    started: run(change).map(iso),
  }))
  const recording: Recording = { version, runs }
  writeFileSync(new URL('recorded.json', import.meta.url), `${JSON.stringify(recording, null, 2)}\n`)
} finally {
  rmSync(root, { recursive: true })
}

/** The times when crond started the job, from `from` (included) to `to`, by crond's simulated clock. */
function run({ expression, zone, from, to }: ClockChange): number[] {
  const [clock, started, crontab] = [join(root, 'clock'), join(root, 'started'), join(root, 'var/spool/cron/root')]
  // crond runs nothing in its first minute.
  writeFileSync(clock, new BigInt64Array([from - MINUTE, to].map((ms) => BigInt(ms / 1000))))
  writeFileSync(started, '')
  writeFileSync(crontab, `MAILTO=""\n${expression} od -An -v -td8 -N8 ${clock} >> ${started}\n`, { mode: 0o600 })
  // A crontab from the future would be read again every minute.
  utimesSync(crontab, 0, 0)
  execFileSync(crond, ['-n', '-i'], {
    timeout: MINUTE,
    env: { TZ: zone, STANDING_CLOCK: clock, LD_PRELOAD: join(root, 'standing-clock.so') },
  })
  return readFileSync(started, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(line) * 1000)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
