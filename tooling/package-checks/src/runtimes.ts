import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Something that runs JavaScript, and may run the packages. */
export interface Runtime {
  readonly title: string
  /** The program; `undefined` where this machine has none. */
  readonly program: string | undefined
  /** What stands before the name of a module. */
  readonly args: readonly string[]
}

/** The least Node of the packages, as their manifests say it. */
const LEAST_NODE = 22

const usersVersion = process.env['S3SCHED_USERS_NODE_VERSION'] ?? process.version
const usersNode = process.env['S3SCHED_USERS_NODE'] ?? process.execPath

/** The Node that runs the tests, and the one that `npm test` was started with, unless that is too old for the packages. */
export const nodes: readonly (Runtime & { readonly program: string })[] = [
  { title: `Node ${process.version}`, program: process.execPath, args: [] },
  ...(Number(/\d+/.exec(usersVersion)?.[0]) < LEAST_NODE
    ? []
    : [{ title: `the user's Node ${usersVersion}`, program: usersNode, args: [] }]),
]

/** Found on the PATH; `npm install bun deno` brings both. */
export const others: readonly Runtime[] = [
  { title: 'Bun', program: onThePath('bun'), args: [] },
  { title: 'Deno', program: onThePath('deno'), args: ['run', '--allow-all'] },
]

function onThePath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
