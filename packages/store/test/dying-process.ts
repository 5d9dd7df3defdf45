import { createFileStore } from '../src/file/file-store.ts'
import { nodeFileSystem, type FileSystem, type OpenFile } from '../src/file/file-system.ts'

/**
 * A process that kills itself before step STEP of its disk operations, like the out-of-memory killer or an impatient
 * operator: `node dying-process.ts DIRECTORY put|delete KEY STEP`. The process prints `done` after the acknowledgement.
 */
const [directory = '', action = '', key = '', last = '0'] = process.argv.slice(2)
let steps = 0

function step<Args extends unknown[], T>(work: (...args: Args) => Promise<T>): (...args: Args) => Promise<T> {
  return async (...args) => {
    if (++steps === Number(last)) {
      process.kill(process.pid, 'SIGKILL')
      await new Promise(() => setInterval(() => undefined, 1000))
    }
    return work(...args)
  }
}

function dyingFile(file: OpenFile): OpenFile {
  return { read: step(file.read), write: step(file.write), sync: step(file.sync), close: step(file.close) }
}

const dying: FileSystem = {
  mkdir: step(nodeFileSystem.mkdir),
  readdir: step(nodeFileSystem.readdir),
  rename: step(nodeFileSystem.rename),
  unlink: step(nodeFileSystem.unlink),
  rmdir: step(nodeFileSystem.rmdir),
  open: step(async (path, flags) => dyingFile(await nodeFileSystem.open(path, flags))),
}

const store = createFileStore(directory, { fileSystem: dying })
if (action === 'delete') await store.delete(key)
else await store.put(key, Buffer.from('new'))
process.stdout.write('done\n')
await store.close()
