import type {
  AnonymousCredential,
  BlobServiceClient,
  ContainerClient,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import type * as Blobs from '@azure/storage-blob'
import type { TokenCredential } from '@azure/identity'
import type * as Identity from '@azure/identity'
import { missingPeer } from '../missing-peer.ts'
import type { Wire } from '../remote/requests.ts'
import type { AzureConnection } from './azure-connection.ts'

/** The client of one container. */
export interface AzureMeans {
  readonly container: ContainerClient
}

export type AzureWire = Wire<AzureMeans>

/**
 * A client for a connection, with one attempt per call: the driver retries by itself, because only the driver can tell
 * whether a failed conditional write has landed. Only this function loads the SDK.
 */
export async function connectAzure(connection: AzureConnection): Promise<AzureMeans> {
  return { container: (await connectAzureAccount(connection)).getContainerClient(connection.container) }
}

export async function connectAzureAccount({ account, endpoint, secret }: AzureConnection): Promise<BlobServiceClient> {
  const sdk = await loadBlobs()
  const given = secret?.()
  let credential: StorageSharedKeyCredential | AnonymousCredential | TokenCredential
  if (given === undefined) credential = await defaultCredential()
  else if ('accountKey' in given) credential = new sdk.StorageSharedKeyCredential(account, given.accountKey)
  else credential = new sdk.AnonymousCredential()
  const query = given !== undefined && 'sasToken' in given ? `?${given.sasToken}` : ''
  return new sdk.BlobServiceClient(endpoint + query, credential, { retryOptions: { maxTries: 1 } })
}

/** Environment, workload identity, managed identity, and the command lines of Azure. */
async function defaultCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await loadIdentity()
  return new DefaultAzureCredential()
}

async function loadBlobs(): Promise<typeof Blobs> {
  try {
    return await import('@azure/storage-blob')
  } catch (error) {
    throw missingPeer(error, '@azure/storage-blob', 'a store az://…')
  }
}

async function loadIdentity(): Promise<typeof Identity> {
  try {
    return await import('@azure/identity')
  } catch (error) {
    throw missingPeer(error, '@azure/identity', 'a store az://… without a key or a signature')
  }
}
