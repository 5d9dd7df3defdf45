/**
 * A story in three processes: they share a schedule through a bucket, lose their leader twice, once by SIGKILL and once
 * by a clean stop, and go on. In the end every due tick is compared with its record in the bucket.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { audit } from '@s3sched/plugin'
import { openStore, probeStore, scopeStore } from '@s3sched/store'
import { auditProblems, auditTable, openTicks } from './audit-table.ts'
import { Fleet } from './fleet.ts'
import { Narrator } from './narrator.ts'

const USAGE = 'usage: npm run demo [-- --store s3://key:secret@bucket?endpoint=…]'
const NAMES = ['ann', 'bob', 'cid']

async function main(): Promise<number> {
  const given = parseStore()
  const store = given ?? pathToFileURL(await mkdtemp(join(tmpdir(), 's3sched-demo-'))).href
  // A folder of its own needs no prefix of its own.
  const prefix = given === undefined ? 's3sched/' : `demo-${Date.now()}/`
  if (!(await isFit(store, prefix))) return 2
  const narrator = new Narrator()
  const fleet = new Fleet({ store, prefix, onReport: (workerId, report) => narrator.report(workerId, report) })
  process.once('SIGINT', () => void interrupt(fleet, narrator))
  try {
    await play(fleet, narrator, given === undefined ? store : `your bucket, below ${prefix}`)
  } finally {
    await fleet.killAll()
  }
  const exitCode = await concludes(narrator, store, prefix)
  // The connection string of a real bucket holds its secret, and is not repeated here.
  narrator.say(nextSteps(given === undefined ? store : `YOUR-BUCKET --prefix ${prefix}`))
  return exitCode
}

async function interrupt(fleet: Fleet, narrator: Narrator): Promise<void> {
  await fleet.killAll()
  narrator.say('Stopped. Nothing is left running.')
  process.exit(130)
}

function parseStore(): string | undefined {
  try {
    return parseArgs({ options: { store: { type: 'string' } } }).values.store
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exit(2)
  }
}

/** Returns whether the store can be used; prints the reason if not. */
async function isFit(connection: string, prefix: string): Promise<boolean> {
  try {
    const store = openStore(connection)
    await probeStore(scopeStore(store, prefix), { patienceMs: 5000 })
    await store.close()
    return true
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return false
  }
}

async function play(fleet: Fleet, narrator: Narrator, place: string): Promise<void> {
  narrator.say(`Three processes, five jobs, one bucket: ${place}`)
  const firstLeader = fleet.next((_, report) => report.kind === 'leads')
  await Promise.all(NAMES.map((name) => fleet.add(name)))
  await firstLeader
  await wait(9000)

  const follower = fleet.members.find((name) => name !== fleet.leader) ?? ''
  narrator.say(`A run by hand, in ${follower}, who does not lead:`)
  const answered = fleet.next((_, report) => report.kind === 'result' || report.kind === 'trouble')
  fleet.tell(follower, 'run-by-hand')
  await answered
  await wait(2000)

  narrator.say(`${follower} pauses too-slow for everybody, and has quick run every second:`)
  fleet.tell(follower, 'change-jobs')
  await fleet.next((_, report) => report.kind === 'changed' || report.kind === 'trouble')
  await wait(2000)

  narrator.say(`kill -9 ${fleet.leader ?? ''}, who leads. Another one takes over:`)
  const heir = fleet.next((_, report) => report.kind === 'leads')
  await fleet.kill(fleet.leader ?? '')
  await heir
  await wait(7000)

  narrator.say(`A clean stop of ${fleet.leader ?? ''}, who leads now: it drains, and hands over:`)
  const lastHeir = fleet.next((_, report) => report.kind === 'leads')
  await fleet.stop(fleet.leader ?? '')
  await lastHeir
  await wait(6000)

  narrator.say('The last one stops too.')
  for (const name of fleet.members) await fleet.stop(name)
}

/** All output here is read back from the bucket. */
async function concludes(narrator: Narrator, store: string, prefix: string): Promise<number> {
  const jobs = await audit(store, { prefix })
  narrator.say('Every tick that was due, and what the bucket says became of it (expected is the')
  console.log('sum of the columns up to unaccounted):')
  console.log(`\n${auditTable(jobs)}`)
  const problems = jobs.length === 0 ? ['the bucket holds no job'] : auditProblems(jobs)
  if (problems.length > 0) {
    narrator.say(`The audit does NOT add up:\n${problems.join('\n')}`)
    return 1
  }
  narrator.say('It adds up: no tick ran twice, and none left without a trace.')
  const open = openTicks(jobs)
  if (open > 0) console.log(`${open} tick(s) are open: due, and not settled yet. The next start would settle them.`)
  return 0
}

/** The bucket outlives the fleet, and can be explored further. */
function nextSteps(place: string): string {
  return [
    'The bucket is still there. Look into it:',
    '',
    ...['dashboard', 'audit', 'history fails-first'].map((words) => `npm run --silent s3sched -- ${words} ${place}`),
  ].join('\n')
}

process.exitCode = await main()
