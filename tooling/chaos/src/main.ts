/** `npm run chaos -- --minutes 5 --processes 6 --store file|minio|azurite|fake-gcs --seed 1`. Exit code 1 when a promise was broken. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  azuriteConnection,
  createContainer,
  createGoogleBucket,
  googleConnection,
  startAzurite,
  startFakeGcs,
  type Emulator,
} from '@s3sched-tooling/clouds/servers'
import { findBinary } from '@s3sched-tooling/minio/process'
import type { Blow } from './fleet.ts'
import type { Evidence } from './judge/evidence.ts'
import { figuresOf } from './judge/figures.ts'
import { judge } from './judge/judge.ts'
import { reportOf } from './report.ts'
import { runChaos, TTL_MS, type StoreChoice } from './run-chaos.ts'

const BUCKET = 'chaos'
const USAGE =
  'usage: npm run chaos -- [--minutes 5] [--processes 6] [--store file|minio|azurite|fake-gcs] [--seed 1] [--quiet]'

interface Arguments {
  readonly minutes: number
  readonly processes: number
  readonly seed: number
  readonly store: string
  readonly quiet: boolean
}

function parse(): Arguments | undefined {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '5' },
        processes: { type: 'string', default: '6' },
        seed: { type: 'string', default: '1' },
        store: { type: 'string', default: 'file' },
        quiet: { type: 'boolean', default: false },
      },
    })
    const [minutes, processes, seed] = [Number(values.minutes), Number(values.processes), Number(values.seed)]
    const { quiet, store } = values
    const isFine =
      minutes > 0 && processes >= 2 && processes <= 8 && Number.isInteger(processes) && Number.isInteger(seed)
    if (isFine && ['file', 'minio', 'azurite', 'fake-gcs'].includes(store))
      return { minutes, processes, seed, store, quiet }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
  }
  console.error(USAGE)
  return undefined
}

interface Chosen {
  readonly choice: StoreChoice
  /** Removes an emulator; the plan does not kill emulators, because their data is in memory. */
  readonly remove?: () => Promise<void>
}

async function chooseStore(store: string): Promise<Chosen | undefined> {
  if (store === 'file') return { choice: { kind: 'file' } }
  if (store === 'azurite') return chosen(await startAzurite(), createContainer, azuriteConnection)
  if (store === 'fake-gcs') {
    const server = await startFakeGcs()
    if (server !== undefined) return chosen(server, createGoogleBucket, googleConnection)
    console.error('there is no fake-gcs-server on the PATH; bash tooling/clouds/prepare.sh builds one')
    return undefined
  }
  const binary = await findBinary()
  if (binary !== undefined) return { choice: { kind: 'minio', binary } }
  console.error('there is no minio on the PATH; bash tooling/minio/prepare.sh --binary-only builds one')
  return undefined
}

async function chosen(
  { endpoint, watchdog }: Emulator,
  create: (endpoint: string, name: string) => Promise<string>,
  connect: (endpoint: string, name: string) => string,
): Promise<Chosen> {
  await create(endpoint, BUCKET)
  const connectionBy = (port: number): string => connect(`http://127.0.0.1:${port}`, BUCKET)
  return {
    choice: { kind: 's3', port: Number(new URL(endpoint).port), connectionBy },
    remove: () => watchdog.release(),
  }
}

function narrate({ at, fault, hitLeader, life }: Blow, startedAt: number): void {
  const when = ((at - startedAt) / 1000).toFixed(1).padStart(6)
  const whom =
    fault.kind === 'server-kill'
      ? 'the server'
      : `${life ?? 'nobody who is up'}${hitLeader && life !== undefined ? ', who leads' : ''}`
  console.log(`${when}s  ${fault.kind.padEnd(12)} ${(fault.forMs / 1000).toFixed(1)} s  ${whom}`)
}

async function main(): Promise<number> {
  const given = parse()
  const store = given === undefined ? undefined : await chooseStore(given.store)
  if (given === undefined || store === undefined) return 2
  const { minutes, processes, quiet, seed } = given
  const folder = await mkdtemp(join(tmpdir(), 's3sched-chaos-'))
  console.log(
    `seed ${seed}: ${processes} processes on ${given.store} for ${minutes} min; everything lies in ${folder}\n`,
  )
  const startedAt = Date.now()
  const onBlow = (blow: Blow): void => narrate(blow, startedAt)
  const durationMs = minutes * 60_000
  const interrupted = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort())
  const { signal } = interrupted
  const told = quiet ? {} : { onBlow }
  let evidence: Evidence
  try {
    evidence = await runChaos({ seed, processes, durationMs, folder, store: store.choice, signal, ...told })
  } finally {
    await store.remove?.()
  }
  const judgement = judge(evidence)
  console.log(`\n${reportOf(figuresOf(evidence, TTL_MS), judgement)}`)
  if (judgement.problems.length > 0) {
    console.log(`\nThe journal, the store and what the processes logged are left in ${folder}`)
    return 1
  }
  await rm(folder, { recursive: true, force: true })
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  const isInterrupt = error instanceof Error && error.name === 'AbortError'
  console.error(isInterrupt ? 'Stopped. Nothing is left running.' : error)
  process.exitCode = isInterrupt ? 130 : 1
}
