/**
 * A thread of a worker's process that kills the process, with the children of its actions, when the parent is gone.
 *
 * The main thread can't do this: an action that computes for ever never gets to know of a closed channel. The kernel
 * closes the parent's end of the pipe at the end of the parent, whatever ends the parent, SIGKILL included.
 */
import { Socket } from 'node:net'
import { workerData } from 'node:worker_threads'

const killAll = (): void => {
  process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL')
}
const pipe = new Socket({ fd: workerData as number, readable: true, writable: false })
pipe.on('error', killAll)
pipe.on('close', killAll)
pipe.resume()
