import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { becomeHealthy, freePort, KEYS } from '@s3sched-tooling/minio/process'

const REGION = 'us-east-1'
const BUCKET = 'chaos'

/** This run's own MinIO, which dies and comes back on the same port with the same data. */
export class StoreServer {
  readonly #binary: string
  readonly #folder: string
  readonly #port: number
  #process: ChildProcess | undefined

  private constructor(binary: string, folder: string, port: number) {
    this.#binary = binary
    this.#folder = folder
    this.#port = port
  }

  /** @throws Error when the server does not become healthy */
  static async start(binary: string, folder: string): Promise<StoreServer> {
    const server = new StoreServer(binary, folder, await freePort())
    const problem = await server.resume()
    if (problem !== undefined) throw new Error(`${binary} ${problem}`)
    const client = new S3Client({ endpoint: server.#endpoint, region: REGION, forcePathStyle: true, credentials: KEYS })
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
    client.destroy()
    return server
  }

  get port(): number {
    return this.#port
  }

  get isUp(): boolean {
    return this.#process !== undefined
  }

  /** The connection string of the bucket, by this port of this machine. */
  connectionBy(port: number): string {
    const query = new URLSearchParams({ region: REGION, endpoint: `http://127.0.0.1:${port}`, forcePathStyle: 'true' })
    return `s3://${KEYS.accessKeyId}:${KEYS.secretAccessKey}@${BUCKET}?${query.toString()}`
  }

  /** Like a power failure of the server's machine. Resolves when the server is gone. */
  async kill(): Promise<void> {
    const server = this.#process
    this.#process = undefined
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const exited = once(server, 'exit')
    server.kill('SIGKILL')
    await exited
  }

  /** @returns the problem, when the server does not come back */
  async resume(): Promise<string | undefined> {
    const address = new URL(this.#endpoint).host
    this.#process = spawn(
      this.#binary,
      ['server', this.#folder, '--address', address, '--console-address', '127.0.0.1:0'],
      {
        env: { ...process.env, MINIO_ROOT_USER: KEYS.accessKeyId, MINIO_ROOT_PASSWORD: KEYS.secretAccessKey },
        stdio: 'ignore',
        // Ctrl-C must not reach the server before the fleet.
        detached: true,
      },
    )
    return becomeHealthy(this.#process, this.#endpoint)
  }

  get #endpoint(): string {
    return `http://127.0.0.1:${this.#port}`
  }
}
