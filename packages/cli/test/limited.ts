import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { inject } from 'vitest'

export interface Statement {
  readonly Effect: 'Allow'
  readonly Action: string | readonly string[]
  readonly Resource: string
  readonly Condition?: object
}

/** Where somebody connects to whose temporary credentials allow just this. */
export async function limitedTo(bucket: string, Statement: readonly Statement[]): Promise<string> {
  const minio = inject('minio')
  if (minio === undefined) throw new Error('there is no MinIO in this run')
  const { accessKeyId, endpoint, secretAccessKey } = minio
  const region = 'us-east-1'
  const sts = new STSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } })
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  const role = { RoleArn: 'arn:xxx:xxx:xxx:xxxx', RoleSessionName: 'test', Policy }
  const { Credentials: given } = await sts.send(new AssumeRoleCommand(role))
  sts.destroy()
  const [key = '', secret = '', sessionToken = ''] = [given?.AccessKeyId, given?.SecretAccessKey, given?.SessionToken]
  const query = new URLSearchParams({ region, endpoint, forcePathStyle: 'true', sessionToken })
  return `s3://${encodeURIComponent(key)}:${encodeURIComponent(secret)}@${bucket}?${query.toString()}`
}
