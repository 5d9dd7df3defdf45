import { dirname, basename } from 'node:path'
import type { Random } from '@s3sched/kernel'
import type { FileSystem, OpenFile } from '../src/file/file-system.ts'

interface FileNode {
  readonly kind: 'file'
  content: Uint8Array
  /** The content after a loss of power; before the first sync, any beginning of the content. */
  synced: Uint8Array | undefined
}

interface FolderNode {
  readonly kind: 'folder'
  readonly entries: Map<string, Node>
}

type Node = FileNode | FolderNode

/**
 * One atomic change of names. The change is on the disk once one of its folders has been synced; before, the change may
 * be lost.
 */
interface NameChange {
  readonly effects: readonly { readonly folder: FolderNode; readonly name: string; readonly node: Node | undefined }[]
  synced: boolean
}

/**
 * A disk that is as unkind as POSIX allows: unsynced names survive a loss of power in any selection, contents survive
 * in part, and a folder is read in two steps with possible renames in between. Calls wait for `turn` before every step.
 */
export class SimulatedDisk {
  #root: FolderNode = { kind: 'folder', entries: new Map() }
  #changes: NameChange[] = []

  /** The disk as seen by one process. A process whose turn never comes again is dead. */
  mount(turn: () => Promise<void>, random: Random): FileSystem {
    return {
      mkdir: async (path) => {
        await turn()
        const { folder, name } = this.#place(path)
        if (folder.entries.has(name)) throw errno('EEXIST', path)
        this.#change({ folder, name, node: { kind: 'folder', entries: new Map() } })
      },
      readdir: async (path) => {
        await turn()
        const folder = this.#folder(path)
        const split = random.float()
        const half = (first: boolean): string[] =>
          [...folder.entries.keys()].filter((name) => placeOf(name) < split === first)
        const begun = half(true)
        await turn()
        return [...begun, ...half(false)]
      },
      rename: async (from, to) => {
        await turn()
        const source = this.#place(from)
        const target = this.#place(to)
        const node = this.#entry(from)
        const replaced = target.folder.entries.get(target.name)
        if (replaced?.kind === 'folder' && replaced.entries.size > 0) throw errno('ENOTEMPTY', to)
        this.#change({ ...source, node: undefined }, { ...target, node })
      },
      unlink: async (path) => {
        await turn()
        this.#entry(path)
        this.#change({ ...this.#place(path), node: undefined })
      },
      rmdir: async (path) => {
        await turn()
        if (this.#folder(path).entries.size > 0) throw errno('ENOTEMPTY', path)
        this.#change({ ...this.#place(path), node: undefined })
      },
      open: async (path, flags) => {
        await turn()
        if (flags === 'r') return this.#handle(this.#entry(path), turn)
        const { folder, name } = this.#place(path)
        if (folder.entries.has(name)) throw errno('EEXIST', path)
        const node: FileNode = { kind: 'file', content: new Uint8Array(0), synced: undefined }
        this.#change({ folder, name, node })
        return this.#handle(node, turn)
      },
    }
  }

  /** Leaves the state after a loss of power. No mounted process may go on. */
  losePower(random: Random): void {
    const survivors = this.#changes.filter(({ synced }) => synced || random.float() < 0.5)
    const folders = new Set(this.#changes.flatMap(({ effects }) => effects.map(({ folder }) => folder)))
    for (const folder of folders) folder.entries.clear()
    for (const { effects } of survivors) {
      for (const { folder, name, node } of effects) {
        if (node === undefined) folder.entries.delete(name)
        else folder.entries.set(name, node)
      }
    }
    const files = new Set(survivors.flatMap(({ effects }) => effects.flatMap(({ node }) => node ?? [])))
    for (const node of files) {
      if (node.kind === 'file')
        node.content = node.synced ?? node.content.slice(0, random.float() * node.content.length)
    }
    this.#changes = survivors.map(({ effects }) => ({ effects, synced: true }))
  }

  #handle(node: Node, turn: () => Promise<void>): OpenFile {
    return {
      read: async () => {
        await turn()
        if (node.kind === 'folder') throw errno('EISDIR', 'a folder')
        return node.content.slice()
      },
      write: async (body) => {
        if (node.kind === 'folder') throw errno('EISDIR', 'a folder')
        for (const end of [body.length >> 1, body.length]) {
          await turn()
          node.content = body.slice(0, end)
        }
      },
      sync: async () => {
        await turn()
        if (node.kind === 'file') node.synced = node.content
        else {
          for (const change of this.#changes) {
            if (change.effects.some(({ folder }) => folder === node)) change.synced = true
          }
        }
      },
      close: async () => {},
    }
  }

  #change(...effects: NameChange['effects']): void {
    for (const { folder, name, node } of effects) {
      if (node === undefined) folder.entries.delete(name)
      else folder.entries.set(name, node)
    }
    this.#changes.push({ effects, synced: false })
  }

  #place(path: string): { folder: FolderNode; name: string } {
    return { folder: this.#folder(dirname(path)), name: basename(path) }
  }

  #entry(path: string): Node {
    if (path === '/') return this.#root
    const { folder, name } = this.#place(path)
    const node = folder.entries.get(name)
    if (node === undefined) throw errno('ENOENT', path)
    return node
  }

  #folder(path: string): FolderNode {
    const node = this.#entry(path)
    if (node.kind === 'file') throw errno('ENOTDIR', path)
    return node
  }
}

/** The position of a name in the reading order of a folder, from 0 to 1. */
function placeOf(name: string): number {
  let hash = 0
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x9e3779b1)
  return (hash >>> 0) / 2 ** 32
}

function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, syscall: 'simulated' })
}
