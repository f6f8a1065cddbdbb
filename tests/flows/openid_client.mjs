// npm openid-client as a program that somebody writes with it: the credential comes on standard input, what it saw
// goes to standard output.
import { text } from 'node:stream/consumers'
import * as client from 'openid-client'

const { issuer, clientId, secret, method, algorithm, scope, jwk } = JSON.parse(await text(process.stdin))

const privateKey = async () => ({
  key: await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']),
  kid: jwk.kid,
})
const authentication = await {
  basic: () => client.ClientSecretBasic(secret),
  post: () => client.ClientSecretPost(secret),
  privateKeyJwt: async () => client.PrivateKeyJwt(await privateKey()),
}[method]()
const configuration = await client.discovery(new URL(issuer), clientId, undefined, authentication, {
  algorithm,
  execute: [client.allowInsecureRequests], // loopback without TLS
})
const token = await client.clientCredentialsGrant(configuration, { scope })
const before = await client.tokenIntrospection(configuration, token.access_token)
await client.tokenRevocation(configuration, token.access_token)
const after = await client.tokenIntrospection(configuration, token.access_token)
console.log(JSON.stringify({ token: { ...token, access_token: undefined }, before, after }))
