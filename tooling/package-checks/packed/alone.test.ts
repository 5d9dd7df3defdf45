import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, inject, it } from 'vitest'
import { publicPackages, readManifest } from '../src/public-packages.ts'
import { outputOf } from '../src/run-program.ts'
import { writeFiles } from '../src/write-files.ts'

const { folder } = inject('consumer')
const installed = join(folder, 'node_modules')
const projects = join(dirname(folder), 'alone')
const OURS = /^(@s3sched\/.+|s3sched)$/

/** Our packages that an installation of `name` brings along, itself included. */
function broughtBy(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found
  found.add(name)
  const { dependencies = {} } = readManifest(join(installed, name))
  for (const needed of Object.keys(dependencies).filter((each) => OURS.test(each))) broughtBy(needed, found)
  return found
}

const IMPORT = `
  import { parentPort, workerData } from 'node:worker_threads'
  const module = await import(workerData)
  parentPort.postMessage({ exports: Object.keys(module).length, from: import.meta.resolve(workerData) })`

/** @returns a module that imports, in a project with these packages of ours alone, outside of the project that has all */
function importerWith(names: Iterable<string>, title: string): string {
  const cwd = join(projects, title)
  const modules = join(cwd, 'node_modules')
  writeFiles(cwd, { 'package.json': { name: 'alone' }, 'import.mjs': IMPORT })
  mkdirSync(join(modules, '@s3sched'), { recursive: true })
  const others = readdirSync(installed).filter((name) => !/^(\.|@s3sched$|s3sched$)/.test(name))
  for (const name of [...others, ...names]) symlinkSync(join(installed, name), join(modules, name))
  return join(cwd, 'import.mjs')
}

/** The modules of a thread are its own, so that one process can import each entry point as if it imported nothing else. */
const IN_THREADS = `
  import { Worker } from 'node:worker_threads'
  const found = {}
  for (const [entryPoint, importer] of JSON.parse(process.argv[2]))
    found[entryPoint] = await new Promise((resolve) => {
      new Worker(importer, { workerData: entryPoint }).once('message', resolve).once('error', ({ message }) => resolve({ message }))
    })
  console.log(JSON.stringify(found))`

const entryPoints = publicPackages().flatMap((each) => each.entryPoints)
let found: Readonly<Record<string, unknown>>

beforeAll(async () => {
  const importers = publicPackages().flatMap((each) => {
    const importer = importerWith(broughtBy(each.name), each.name)
    return each.entryPoints.map((entryPoint) => [entryPoint, importer])
  })
  writeFiles(projects, { 'in-threads.mjs': IN_THREADS })
  const line = ['--preserve-symlinks', 'in-threads.mjs', JSON.stringify(importers)]
  found = JSON.parse(await outputOf(process.execPath, line, projects)) as typeof found
})

it.each(entryPoints)('%s can be imported by itself, where no other package of ours is asked for', (entryPoint) => {
  // Otherwise Node would have found everything beside the package.
  const from = expect.stringContaining('/alone/') as string
  expect(found[entryPoint]).toEqual({ exports: expect.any(Number) as number, from })
  expect(found[entryPoint]).not.toMatchObject({ exports: 0 })
})
