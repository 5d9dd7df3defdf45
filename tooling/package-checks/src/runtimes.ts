import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { userTool } from './user-tools.ts'

/** A runtime for JavaScript that may run the packages. */
export interface Runtime {
  readonly title: string
  /** The program; `undefined` if this machine has none. */
  readonly program: string | undefined
  /** The prefix of a module's name. */
  readonly args: readonly string[]
}

type Node = Runtime & { readonly program: string }

/** The oldest Node of the packages, from their manifests. */
const LEAST_NODE = 22

const major = (version: string): number => Number(/\d+/.exec(version)?.[0])
const usersVersion = process.env['S3SCHED_USERS_NODE_VERSION'] ?? process.version
const usersNode = process.env['S3SCHED_USERS_NODE'] ?? process.execPath

/**
 * The Node that runs the tests, the least one, and the Node that started `npm test`, unless too old for the packages or of
 * the major version of one before.
 */
export const nodes: readonly [Node, ...Node[]] = [
  { title: `Node ${process.version}`, program: process.execPath, args: [] },
  { title: `Node ${LEAST_NODE}`, program: userTool('node-22/bin/node'), args: [] },
  ...(major(usersVersion) > LEAST_NODE && major(usersVersion) !== major(process.version)
    ? [{ title: `the user's Node ${usersVersion}`, program: usersNode, args: [] }]
    : []),
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
