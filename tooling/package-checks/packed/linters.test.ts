import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { describe, expect, inject, it } from 'vitest'
import { publicPackages, root } from '../src/public-packages.ts'
import { runProgram } from '../src/run-program.ts'

const programs = join(import.meta.dirname, '..', 'node_modules', '.bin')
const { tarballs } = inject('consumer')

describe.each(publicPackages())('the tarball of $name', ({ name }) => {
  it('satisfies publint', async () => {
    const { code, output } = await runProgram(join(programs, 'publint'), ['run', '--strict', tarballs[name] ?? ''], {
      cwd: root,
    })
    expect(code, output).toBe(0)
  })

  it('has types that resolve wherever its code does', async () => {
    // In this process, which loads TypeScript once for all packages.
    const analysis = await checkPackage(createPackageFromTarballData(await readFile(tarballs[name] ?? '')))
    expect(analysis).toMatchObject({ types: { kind: 'included' }, problems: [] })
  })
})
