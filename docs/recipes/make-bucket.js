/** Makes the bucket of the Compose recipe. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'

const { BUCKET, ENDPOINT } = process.env
const client = new S3Client({ endpoint: ENDPOINT, region: 'us-east-1', forcePathStyle: true })
try {
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
} catch (error) {
  if (error.name !== 'BucketAlreadyOwnedByYou') throw error
}
