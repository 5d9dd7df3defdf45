import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { commonJsEntryPoints } from '../src/commonjs-entry-points.ts'
import { publicPackages } from '../src/public-packages.ts'
import { runProgram } from '../src/run-program.ts'
import { compilers } from '../src/user-tools.ts'
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
  noEmit: true,
}

/** Under `node16` an ES module sees the declarations `.d.ts`, and CommonJS the declarations `.d.cts`. */
const KINDS = [
  { title: 'ES modules and CommonJS, module: node16', extensions: ['mts', 'cts'], kind: { module: 'Node16' } },
  { title: 'CommonJS, module: commonjs', extensions: ['ts'], kind: { module: 'CommonJS', moduleResolution: 'Node10' } },
]

describe.each(compilers.slice(0, shareOf('compilers')))('TypeScript $version', ({ version, tsc }) => {
  // The old resolution reads other fields of the manifest, and the newest version that knows it says that it is old.
  const kinds = KINDS.filter(({ kind }) => kind.module !== 'CommonJS' || version === '5.4' || version === '6.0')

  it.each(kinds)('checks all declarations, and uses of them: $title', async ({ extensions, kind }) => {
    const place = join(folder, `typescript-${version}-${kind.module.toLowerCase()}`)
    const files = extensions.flatMap((extension) => [`everything.${extension}`, `uses.${extension}`])
    const old = version === '6.0' && kind.module === 'CommonJS' ? { ignoreDeprecations: '6.0' } : {}
    writeFiles(place, {
      ...Object.fromEntries(files.map((file) => [file, textOf(file)])),
      'package.json': { type: kind.module === 'CommonJS' ? 'commonjs' : 'module' },
      'tsconfig.json': { compilerOptions: { ...OPTIONS, ...kind, ...old }, files },
    })
    const { code, output } = await runProgram(process.execPath, [tsc, '-p', '.'], { cwd: place })
    expect(output).toBe('')
    expect(code).toBe(0)
  })
})
