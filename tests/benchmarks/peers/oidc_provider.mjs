// npm oidc-provider as its documentation configures it: machine clients alone, secrets as they are in memory, tokens
// for the resource signed with ES256. The client `opaque` gets the tokens that are looked up at introspection.
// Started as `node oidc_provider.mjs`; credentials come as JSON on standard input: {"jwt": SECRET, "opaque": SECRET}.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import { Provider } from 'oidc-provider';

const RESOURCE = 'urn:benchmark:resource';
const LIFETIME = 1800;

const secrets = JSON.parse(await text(process.stdin));
const clients = Object.entries(secrets).map(([id, secret]) => ({
  client_id: id,
  client_secret: secret,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  scope: 'read',
  id_token_signed_response_alg: 'ES256',
}));
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

const configuration = {
  clients,
  jwks: { keys: [{ ...key, alg: 'ES256', use: 'sig' }] },
  scopes: ['read'],
  ttl: { ClientCredentials: LIFETIME },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_context, client) => (client.clientId === 'jwt' ? RESOURCE : undefined),
      getResourceServerInfo: () => ({
        scope: 'read',
        audience: RESOURCE,
        accessTokenTTL: LIFETIME,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.on('request', new Provider(issuer, configuration).callback());
  console.error(`Listening at: ${issuer}`);
});
