/** The access to the MinIO of this test run. */
export interface MinioConnection {
  /** Such as `http://127.0.0.1:49153`; no slash at the end. */
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}
