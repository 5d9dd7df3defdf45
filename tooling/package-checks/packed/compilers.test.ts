import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { takeShare } from '@s3sched-tooling/vitest/share-of'
import { commonJsEntryPoints } from '../src/commonjs-entry-points.ts'
import { FIRST_STORY, TOLD } from '../src/first-story.ts'
import { publicPackages } from '../src/public-packages.ts'
import { runProgram } from '../src/run-program.ts'
import { nodes } from '../src/runtimes.ts'
import { compiler } from '../src/user-tools.ts'
import { writeFiles } from '../src/write-files.ts'

const { folder } = inject('consumer')
const entryPoints = publicPackages().flatMap((each) => each.entryPoints)

const exportAll = (names: readonly string[]): string =>
  names.map((name, index) => `export * as entry${index} from '${name}'\n`).join('')
const USES = `
  import { createScheduler } from 's3sched'
  const jobs = { report: { schedule: null, action: () => ({ sent: 42 }) } }
  export const scheduler = createScheduler({ store: 'memory://types', jobs })
  export const sent: Promise<number> = scheduler.runJob('report').then((result) => result.sent)
  // @ts-expect-error -- no such job
  void scheduler.runJob('reprot')`

function textOf(file: string): string {
  if (file.startsWith('uses')) return USES
  return exportAll(file.endsWith('.cts') ? commonJsEntryPoints : entryPoints)
}

const OPTIONS = {
  target: 'ES2022',
  lib: ['ES2023', 'ESNext.Disposable'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  outDir: 'out',
}

/** Under `node16` an ES module sees the declarations `.d.ts`, and CommonJS the declarations `.d.cts`. */
const NODE16 = {
  title: 'ES modules and CommonJS, module: node16',
  extensions: ['cts', 'mts'],
  options: { module: 'Node16' },
}
/** The old resolution reads other fields of the manifest. The newest version with this resolution says that it is old. */
const COMMONJS = {
  title: 'CommonJS, module: commonjs',
  extensions: ['ts'],
  options: { module: 'CommonJS', moduleResolution: 'Node10' },
}

const OLDEST = '5.4'
/** The first two, which a plain run takes, have the oldest compiler and the newest, and either resolution. */
const PROGRAMS = [
  { version: OLDEST, ...COMMONJS },
  { version: '7', ...NODE16 },
  { version: OLDEST, ...NODE16 },
  { version: '6.0', ...NODE16 },
  { version: '6.0', ...COMMONJS, options: { ...COMMONJS.options, ignoreDeprecations: '6.0' } },
  ...['5.5', '5.6', '5.7', '5.8', '5.9'].map((version) => ({ version, ...NODE16 })),
]

it.each(takeShare('compilers', PROGRAMS))(
  'TypeScript $version checks all declarations, and uses of them: $title',
  async ({ extensions, options, version }) => {
    const place = join(folder, `typescript-${version}-${options.module.toLowerCase()}`)
    const files = extensions.flatMap((extension) => [`everything.${extension}`, `uses.${extension}`])
    const story = `story.${extensions[0]}`
    writeFiles(place, {
      ...Object.fromEntries(files.map((file) => [file, textOf(file)])),
      [story]: `${FIRST_STORY}\nvoid tell()\n`,
      'package.json': { type: options.module === 'CommonJS' ? 'commonjs' : 'module' },
      'tsconfig.json': { compilerOptions: { ...OPTIONS, ...options }, files: [...files, story] },
    })
    const { code, output } = await runProgram(process.execPath, [compiler(version), '-p', '.'], { cwd: place })
    expect(output).toBe('')
    expect(code).toBe(0)
    if (version === OLDEST) await runEverywhere(join(place, 'out', story.replace(/ts$/, 'js')))
  },
)

/** Runs a compiled file of CommonJS on each Node. */
async function runEverywhere(file: string): Promise<void> {
  for (const { program } of nodes) {
    // As Node.js before 22.12.
    for (const flags of [[], ['--no-experimental-require-module']]) {
      const { code, output } = await runProgram(program, [...flags, file], { cwd: folder })
      expect(code, output).toBe(0)
      expect(output.trim().split('\n')).toEqual(TOLD)
    }
  }
}
