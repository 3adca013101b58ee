/** Where an API server is and what proves who we are. Both can change while we run. */
import type { TlsOptions } from '../net/http.ts';
import type { SecretValue } from '../core/secret.ts';

export interface AccessFacts {
  /** `https://10.0.0.1:443`, with a path prefix where there is one. */
  readonly server: string;
  readonly tls: TlsOptions;
  /** The whole `Authorization` header; undefined where a client certificate is all. */
  readonly authorization: SecretValue | undefined;
}

export interface Access {
  /** Called before every request, so it is cheap when nothing has changed. @throws KubernetesError */
  current(): Promise<AccessFacts>;
  /** The server did not take what `current` gave (401, or a certificate we do not trust): get it anew. */
  renew(): Promise<void>;
  /** The namespace we are in, or that the kubeconfig's context names; undefined where nothing says. */
  namespace(): Promise<string | undefined>;
}
