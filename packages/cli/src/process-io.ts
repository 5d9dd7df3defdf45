import { statSync } from 'node:fs'
import { addAbortSignal } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { createSharedAbort, systemClock, systemRandom } from '@s3sched/kernel'
import { inspectBucket, openStore } from '@s3sched/store'
import { BrokenPipe, Interrupted, OutputError } from './ending.ts'
import type { Io, Out } from './io.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** This process: input, output, environment, and the signals that end the process. */
export function processIo(): Io {
  const enough = createSharedAbort()
  for (const signal of SIGNALS) process.once(signal, () => enough.abort(new Interrupted(signal)))
  return {
    stdout: outOf(process.stdout),
    stderr: outOf(process.stderr),
    readStdin: () => readStdin(enough.signal),
    env: process.env,
    clock: systemClock,
    random: systemRandom,
    signal: enough.signal,
    hasFolder: (name) => statSync(name, { throwIfNoEntry: false })?.isDirectory() === true,
    inspectBucket,
    openStore: (connection) => openStore(connection, { clock: systemClock, random: systemRandom }),
  }
}

/** By the stream and not as `/dev/stdin`: under some programs the input is a socket, which has no file to open. */
async function readStdin(signal: AbortSignal): Promise<string> {
  try {
    return await textOf(addAbortSignal(signal, process.stdin))
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

function outOf(stream: NodeJS.WriteStream): Out {
  // Without a listener a broken pipe ends the process with a stack; each writer gets the error by its callback.
  stream.on('error', () => undefined)
  return {
    isTerminal: stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns || 80 : Infinity
    },
    get rows() {
      return stream.isTTY ? stream.rows || 24 : Infinity
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error == null) resolve()
          else reject((error as NodeJS.ErrnoException).code === 'EPIPE' ? new BrokenPipe() : new OutputError(error))
        })
      }),
  }
}
