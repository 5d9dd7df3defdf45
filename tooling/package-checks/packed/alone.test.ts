import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { publicPackages, readManifest } from '../src/public-packages.ts'
import { runProgram } from '../src/run-program.ts'
import { writeFiles } from '../src/write-files.ts'

const { folder } = inject('consumer')
const installed = join(folder, 'node_modules')
const OURS = /^(@s3sched\/.+|s3sched)$/

/** Our packages that an installation of `name` brings along, itself included. */
function broughtBy(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found
  found.add(name)
  const { dependencies = {} } = readManifest(join(installed, name))
  for (const needed of Object.keys(dependencies).filter((each) => OURS.test(each))) broughtBy(needed, found)
  return found
}

/** An empty project with these packages of ours alone, outside of the project that has all. */
function projectWith(names: Iterable<string>, title: string): string {
  const cwd = join(dirname(folder), 'alone', title)
  const modules = join(cwd, 'node_modules')
  writeFiles(cwd, { 'package.json': { name: 'alone' } })
  mkdirSync(join(modules, '@s3sched'), { recursive: true })
  const others = readdirSync(installed).filter((name) => !/^(\.|@s3sched$|s3sched$)/.test(name))
  for (const name of [...others, ...names]) symlinkSync(join(installed, name), join(modules, name))
  return cwd
}

it.each(publicPackages())('$name works where no other package of ours is asked for', async ({ entryPoints, name }) => {
  const cwd = projectWith(broughtBy(name), name)
  const script = `
    for (const each of ${JSON.stringify(entryPoints)}) await import(each)
    console.log(import.meta.resolve('${name}'))`
  const flags = ['--preserve-symlinks', '--input-type=module', '-e', script]
  const { code, output } = await runProgram(process.execPath, flags, { cwd })
  expect(code, output).toBe(0)
  // Otherwise Node would have found everything beside the package.
  expect(output).toContain('/alone/')
})
