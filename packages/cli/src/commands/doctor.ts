import { announceRequests, countPages } from '../announce-requests.ts'
import type { Command } from '../command.ts'
import { checkReach, checkRights, type AccessDeps } from '../doctor/check-access.ts'
import { checkFleet } from '../doctor/check-fleet.ts'
import { checkLeftovers } from '../doctor/check-leftovers.ts'
import { checkLayout, checkPages } from '../doctor/check-pages.ts'
import { checkClock, checkWrites } from '../doctor/check-store.ts'
import { checkVersions } from '../doctor/check-versions.ts'
import type { Finding } from '../doctor/finding.ts'
import { rightsOf } from '../doctor/rights.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { parseCount } from '../input/count.ts'
import type { Invocation } from '../invocation.ts'
import { counted } from '../output/counted.ts'
import { plainText } from '../output/plain-text.ts'

interface DoctorOptions {
  readonly readOnly?: boolean
  readonly races?: string
}

/** Looks for problems of a bucket, with advice for each. */
export const doctorCommand: Command<DoctorOptions> = {
  name: 'doctor',
  summary: 'what is wrong with the bucket, the rights or the fleet, and what to do',
  details:
    'Writes some small trial objects below probe/, and deletes them. Ends with 1 when there is a problem, with 3 when the\n' +
    'bucket cannot be reached.',
  usesStore: true,
  options: [
    { flags: '--read-only', description: 'leave out the checks that write' },
    { flags: '--races <count>', description: 'let writers race so often anew, up to 10000; 200 to choose a server' },
  ],
  async run(invocation, { races: given, readOnly = false }) {
    const races = given === undefined ? undefined : parseCount('--races', given, { fallback: 0, most: 10_000 })
    if (readOnly && races !== undefined)
      throw new UsageError('--read-only leaves races out, so --races makes no sense with it')
    const operator = invocation.operator()
    const findings: Finding[] = []
    const report = async (label: string, check: Promise<Finding | readonly Finding[]>): Promise<void> => {
      const found = [await invocation.wait(label, check)].flat()
      findings.push(...found)
      if (!invocation.json) for (const finding of found) await invocation.print(findingText(invocation, finding))
    }
    if (!invocation.json) await invocation.print(planText(invocation, readOnly))
    const deps = accessDeps(invocation, !readOnly)
    const printJson = (sound: boolean, more: object): Promise<void> =>
      invocation.printJson({ store: operator.description, sound, findings, ...more })
    invocation.whenInterrupted(() =>
      invocation.json
        ? printJson(false, { interrupted: true })
        : invocation.print(`\nInterrupted: ${counted(findings.length, 'finding')} so far, and more checks to make.`),
    )
    await report('Reaching the bucket', checkReach(deps))
    const isReached = !hasProblem(findings)
    if (isReached) {
      await report('Trying the rights', checkRights(deps))
      const may = (right: Finding['check']): boolean =>
        !findings.some(({ check, level }) => check === right && level === 'problem')
      // A missing right is one finding: later checks that need the right would only repeat the finding.
      if (may('right-read')) await report('Comparing the clocks', checkClock(operator, invocation.io))
      if (!readOnly && !hasProblem(findings))
        await report('Racing writers', checkWrites(operator, invocation.io, races))
      await report('Reading the settings of the bucket', versionsOf(invocation))
      if (may('right-list') && may('right-read')) {
        await report('Looking at the layout', checkLayout(operator, invocation.io))
        if (!findings.some(({ check }) => check === 'layout')) {
          const pages = await countPages(invocation)
          await announceRequests(invocation, { get: pages, list: 1 })
          await report('Looking at the fleet', checkFleet(operator, invocation))
          await report('Looking at the pages', checkPages(operator, invocation.io))
        }
        await report('Looking for leftovers', checkLeftovers(operator, invocation.io))
      }
    }
    const sound = !hasProblem(findings)
    if (invocation.json) await printJson(sound, {})
    else await invocation.print(verdictText(invocation, findings))
    return sound ? EXIT.ok : isReached ? EXIT.finding : EXIT.store
  },
}

async function versionsOf(invocation: Invocation): Promise<Finding[]> {
  const { io, prefix } = invocation
  const settings = await io.inspectBucket(invocation.connection(), { prefix, signal: io.signal })
  return settings === undefined ? [] : checkVersions(settings)
}

function hasProblem(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === 'problem')
}

function accessDeps(invocation: Invocation, mayWrite: boolean): AccessDeps {
  const { random, signal } = invocation.io
  const { store } = invocation.operator()
  const whole = invocation.wholeStore()
  const connection = invocation.connection()
  const knowsRights = /^(?:s3|https?):/.test(connection) && whole.description !== store.description
  return { store, whole: knowsRights ? whole : undefined, rights: rightsOf(connection), random, signal, mayWrite }
}

function planText(invocation: Invocation, readOnly: boolean): string {
  const { styles } = invocation
  const { description } = invocation.operator()
  const writes = readOnly ? 'Reads only.' : 'Writes trial objects below probe/, and deletes them.'
  return `Looks at ${styles.bold(plainText(description))}. ${writes}\n`
}

function findingText({ styles }: Invocation, { advice, level, message }: Finding): string {
  const mark = { ok: styles.good('✓'), notice: styles.warn('!'), problem: styles.bad('✗') }[level]
  const line = `${mark} ${plainText(message)}`
  return advice === null ? line : `${line}\n  ${styles.dim(plainText(advice))}`
}

function verdictText({ styles }: Invocation, findings: readonly Finding[]): string {
  const problems = findings.filter(({ level }) => level === 'problem').length
  if (problems > 0) return `\n${styles.bad(`${counted(problems, 'problem')}.`)}`
  const notices = findings.filter(({ level }) => level === 'notice').length
  return `\n${styles.good('Sound')}${notices === 0 ? '.' : `, with ${counted(notices, 'notice')}.`}`
}
