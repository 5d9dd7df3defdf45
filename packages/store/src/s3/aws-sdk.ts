/**
 * The used part of the AWS SDK, as the private import `#aws-sdk`. For Node.js `#aws-sdk` is a CommonJS file of the build.
 *
 * The SDK is CommonJS, and its manifests do not say so. For an `import()` of such a package Node.js compiles the whole
 * text to find the kind of module, reads the text for the names of the exports, and then loads the package as `require`
 * does. The first two steps left 4.5 MiB with the process. A CommonJS file with a `require` avoids both steps.
 */
export {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
export { NodeHttpHandler } from '@smithy/node-http-handler'
