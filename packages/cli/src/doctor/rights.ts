/** The names of the needed rights, as the advice to allow a missing one names them. */
export interface Rights {
  readonly list: string
  readonly read: string
  readonly write: string
  readonly delete: string
}

const S3: Rights = {
  list: 's3:ListBucket on the bucket',
  read: 's3:GetObject',
  write: 's3:PutObject',
  delete: 's3:DeleteObject',
}

const AZURE_ROLE = "the role 'Storage Blob Data Contributor' on the container"
const AZURE: Rights = { list: AZURE_ROLE, read: AZURE_ROLE, write: AZURE_ROLE, delete: AZURE_ROLE }

const GOOGLE_ROLE = "(the role 'Storage Object User' on the bucket has it)"
const GOOGLE: Rights = {
  list: `storage.objects.list ${GOOGLE_ROLE}`,
  read: `storage.objects.get ${GOOGLE_ROLE}`,
  // An overwrite needs the right to delete, too.
  write: `storage.objects.create and storage.objects.delete ${GOOGLE_ROLE}`,
  delete: `storage.objects.delete ${GOOGLE_ROLE}`,
}

export function rightsOf(connection: string): Rights {
  if (/^az:/i.test(connection)) return AZURE
  return /^gs:/i.test(connection) ? GOOGLE : S3
}
