/**
 * A dispatcher that goes through the proxy of the environment, from parts of undici: the whole of it would be
 * a third of the Action's bundle. Tunnels need `connect`, which undici's own entry adds in the same way.
 */
import type { EnvHttpProxyAgent as Agent } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';

export function openProxyAgent(options: Agent.Options): Agent {
  Dispatcher.prototype.connect = connect;
  return new EnvHttpProxyAgent(options);
}
