import { readFile } from 'node:fs/promises'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { describe, expect, inject, it } from 'vitest'
import { publicPackages } from '../src/public-packages.ts'

const { tarballs } = inject('consumer')

/** Both linters are libraries, and this process loads each once for all packages. */
describe.each(publicPackages())('the tarball of $name', ({ name }) => {
  it('satisfies publint', async () => {
    const { buffer, byteLength, byteOffset } = await readFile(tarballs[name] ?? '')
    const tarball = buffer.slice(byteOffset, byteOffset + byteLength)
    // A warning counts as an error, and a suggestion does not.
    const { messages } = await publint({ pack: { tarball }, strict: true, level: 'error' })
    expect(messages).toEqual([])
  })

  it('has types that resolve wherever its code does', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(await readFile(tarballs[name] ?? '')))
    expect(analysis).toMatchObject({ types: { kind: 'included' }, problems: [] })
  })
})
