// npm's oidc-provider with one client and everybody an account: whoever types a name is that person. In: where it is unpacked, a port,
// where browsers are sent back to. Keys: RSA and P-256, new at each start; the client takes ES256, so that both kinds are met in tests.
import { createRequire } from 'node:module';
import { generateKeyPairSync } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const [unpacked, port, back] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${unpacked}/package.json`));
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const key = (kind, options, kid, alg) => ({
    ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig',
});
const client = (id, alg, method) => ({
    client_id: id, client_secret: 'un secret: de + 40 % & 7/8', redirect_uris: [back], response_types: ['code'],
    grant_types: ['authorization_code'], id_token_signed_response_alg: alg, token_endpoint_auth_method: method,
});
const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
        client('lettres', 'RS256', 'client_secret_basic'),
        client('lettres:es', 'ES256', 'client_secret_basic'),
    ],
    jwks: { keys: [key('rsa', { modulusLength: 2048 }, 'r', 'RS256'), key('ec', { namedCurve: 'P-256' }, 'e', 'ES256')] },
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
