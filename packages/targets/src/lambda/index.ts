export { lambda, type LambdaOptions } from './lambda-target.ts'
export type { AwsClient, AwsOptions } from '../aws/aws-client.ts'
