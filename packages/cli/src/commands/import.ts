import { readFile } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { importCronJobs } from '../import/import-cron-jobs.ts'
import { importCrontab } from '../import/import-crontab.ts'
import type { Imported } from '../import/imported.ts'
import { jobsFile, remarkText } from '../import/jobs-file.ts'
import type { Invocation } from '../invocation.ts'
import { counted } from '../output/counted.ts'
import { plainLines, plainText } from '../output/plain-text.ts'
import { subjectOf } from '../subject.ts'

interface ImportOptions {
  readonly url?: string
  readonly image?: string
  readonly users?: boolean
}

/** The system's crontabs, whose entries name a user. */
const OF_SYSTEM = /(?:^|\/)etc\/(?:crontab$|cron\.d\/)/

/** A jobs file from what another scheduler reads. */
export const importCommand: Command<ImportOptions> = {
  name: 'import',
  summary: 'a jobs file from a crontab or from CronJobs of Kubernetes',
  details:
    "Prints a module with the jobs: s3sched import crontab FILE > jobs.js. What could not be carried over is said on\nstandard error and in the module. The file - is standard input: 'crontab -l | s3sched import crontab -'.",
  subject: { label: 'crontab|k8s FILE', required: true, words: 2 },
  usesStore: false,
  options: [
    { flags: '--tz <zone>', description: 'the zone of the machine of the crontab (default: UTC)' },
    { flags: '--url <url>', description: 'where a service runs the commands of the crontab' },
    { flags: '--image <image>', description: 'the commands of the crontab become Jobs of Kubernetes with this image' },
    { flags: '--users', description: 'the entries name a user (default: for /etc/crontab and /etc/cron.d)' },
  ],
  async run(invocation, options) {
    const [kind, word, ...more] = [subjectOf(invocation), ...invocation.furtherWords]
    if (kind !== 'crontab' && kind !== 'k8s') throw new UsageError(`expected crontab or k8s, and a file, got '${kind}'`)
    if (word === undefined) throw new UsageError(`expected a file after ${kind}, or - for standard input`)
    if (more.length > 0) throw new UsageError(`unexpected argument '${more[0]}'. One file is read at a time`)
    if (kind === 'k8s' && (options.url ?? options.image ?? options.users) !== undefined)
      throw new UsageError('--url, --image and --users are for crontabs')
    if (options.url !== undefined && options.image !== undefined)
      throw new UsageError('--url and --image contradict each other')
    const file = word === '-' ? 'standard input' : word
    const text = word === '-' ? await invocation.io.readStdin() : await readText(word)
    const imported = kind === 'k8s' ? await importYaml(text, file) : crontabOf(invocation, text, file, options)
    if (invocation.json) await invocation.printJson({ file, ...imported })
    else await print(invocation, imported, file, options.url)
    return imported.jobs.length === 0 || imported.remarks.some(({ isLoss }) => isLoss) ? EXIT.finding : EXIT.ok
  },
}

function crontabOf({ zone }: Invocation, text: string, file: string, { image, users }: ImportOptions): Imported {
  return importCrontab(text, { hasUsers: users ?? OF_SYSTEM.test(file), zone, image })
}

/** The parser is loaded for this command alone. */
async function importYaml(text: string, file: string): Promise<Imported> {
  const { parseAllDocuments } = await import('#yaml')
  const documents = [...parseAllDocuments(text)]
  const [problem] = documents.flatMap(({ errors }) => errors)
  if (problem !== undefined) {
    throw new UsageError(
      `${file} is no YAML: ${problem.message}`,
      'A template has to be rendered first: helm template …',
    )
  }
  return importCronJobs(documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown))
}

async function print({ io }: Invocation, imported: Imported, file: string, url: string | undefined): Promise<void> {
  const { jobs, remarks } = imported
  const source = jobsFile(imported, file, url)
  // A file gets the exact text; on a terminal no character of a foreign text may move the cursor.
  await io.stdout.write(io.stdout.isTerminal ? plainLines(source) : source)
  for (const remark of remarks) await io.stderr.write(`s3sched: ${plainText(remarkText(remark))}\n`)
  await io.stderr.write(`s3sched: ${counted(jobs.length, 'job')}, ${counted(remarks.length, 'remark')}\n`)
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${(error as Error).message}`)
  }
}
