import { checkEndpoint } from '../connection-endpoint.ts'
import { connectionError } from '../connection-error.ts'
import { takeParameters } from '../connection-parameters.ts'
import { normalPrefix } from '../connection-prefix.ts'
import { splitUser } from '../connection-user.ts'

/** The secret of a connection string: a key of the account, or a shared access signature. */
export type AzureSecret = { readonly accountKey: string } | { readonly sasToken: string }

/** The address of a container of Azure Blob Storage, and how to reach the container. */
export interface AzureConnection {
  readonly kind: 'azure'
  readonly account: string
  readonly container: string
  /** Empty, or ending in a slash. */
  readonly prefix: string
  /** The address of the account's blob service, without a slash at the end. */
  readonly endpoint: string
  /**
   * A function, so that inspecting or serialising a connection can't show a secret. If absent: the default chain of
   * `@azure/identity`.
   */
  readonly secret?: () => AzureSecret
}

const PARAMETERS = ['endpoint', 'sasToken'] as const
const FORM = 'Write az://account/container/prefix'

/** `az://[:accountKey@]account/container[/prefix][?endpoint=…&sasToken=…]`. */
export function parseAzureConnection(connection: string, rest: string): AzureConnection {
  const { path: located, parameters } = takeParameters(connection, rest, PARAMETERS)
  const { user, path } = splitUser(connection, located)
  const [account = '', container = '', ...others] = path.split('/')
  // The messages do not name the parts: with a forgotten '@' a part would be a secret.
  if (!/^[a-z0-9]{3,24}$/.test(account)) {
    throw connectionError(connection, 'expected the account to be 3 to 24 small letters and digits', FORM)
  }
  if (!/^(\$root|[a-z0-9](?:-?[a-z0-9]){2,62})$/.test(container)) {
    throw connectionError(connection, "expected the container to be 3 to 63 small letters, digits and '-'", FORM)
  }
  const endpoint = parameters.get('endpoint') ?? `https://${account}.blob.core.windows.net`
  checkEndpoint(connection, endpoint)
  const secret = secretOf(connection, user, parameters.get('sasToken'))
  return {
    kind: 'azure',
    account,
    container,
    prefix: normalPrefix(connection, others.join('/')),
    endpoint: endpoint.replace(/\/+$/, ''),
    ...(secret === undefined ? {} : { secret: () => secret }),
  }
}

function secretOf(connection: string, user: string | undefined, sasToken: string | undefined): AzureSecret | undefined {
  if (user === undefined) return sasToken === undefined ? undefined : { sasToken: sasToken.replace(/^\?/, '') }
  if (sasToken !== undefined) {
    throw connectionError(connection, "'sasToken' contradicts the key before the '@'", 'Keep one of them')
  }
  const advice = 'Write az://:accountKey@account/container, or leave the key out to use the default chain'
  if (!user.startsWith(':') || user.length === 1) {
    throw connectionError(connection, "expected ':accountKey' before the '@'", advice)
  }
  let accountKey: string
  try {
    accountKey = decodeURIComponent(user.slice(1))
  } catch {
    throw connectionError(connection, "the key holds a '%' that is no encoding", advice)
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(accountKey)) {
    throw connectionError(connection, 'expected the key of the account to be base64', advice)
  }
  return { accountKey }
}
