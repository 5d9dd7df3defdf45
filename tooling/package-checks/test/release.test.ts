import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { publicPackages, readManifest, root } from '../src/public-packages.ts'
import { outputOf } from '../src/run-program.ts'

it('the changesets make one version of all packages, each with a changelog', async () => {
  const copy = mkdtempSync(join(tmpdir(), 's3sched-release-'))
  try {
    const files = ['.changeset', 'package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml']
    const manifests = globSync('{apps,packages,tooling}/*/package.json', { cwd: root })
    for (const file of [...files, ...manifests]) cpSync(join(root, file), join(copy, file), { recursive: true })
    await outputOf(join(root, 'node_modules', '.bin', 'changeset'), ['version'], copy)
    const released = publicPackages().map(({ name, folder }) => {
      const place = join(copy, folder.slice(root.length))
      const { version } = readManifest(place)
      expect(readFileSync(join(place, 'CHANGELOG.md'), 'utf8')).toContain(`# ${name}\n\n## ${version}\n`)
      return version
    })
    expect(new Set(released).size).toBe(1)
    const [before] = publicPackages().map(({ folder }) => readManifest(folder).version)
    expect(released[0]).toMatch(before === '0.0.0' ? /^0\.1\.0$/ : /^\d+\.\d+\.\d+$/)
    expect(released[0]).not.toBe(before)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
})
