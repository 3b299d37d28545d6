import { isLoopback } from '../core/addresses.ts';
import { ApiError } from '../core/errors.ts';

/** How an upload address may look, and who keeps it out of the log. */
export interface AddressRules {
  /** Called with every text that must not be shown, before the first request: `Log.secret`. */
  readonly secrets: (value: string, name: string) => void;
  /** Take an `http` address of this machine, for an Astro API that is one itself. */
  readonly allowLoopbackHttp: boolean;
}

/** Masks the address, then checks it. */
export function addressOf(url: string, options: AddressRules): URL {
  options.secrets(url, 'The upload address');
  const address = URL.parse(url);
  if (!address) throw refused('it is no URL');
  const signature = address.searchParams.get('sig');
  if (signature !== null) options.secrets(signature, 'The signature of the upload address');
  if (address.username !== '' || address.password !== '') throw refused('it holds a user name');
  const loopback = isLoopback(address.hostname);
  const secure =
    address.protocol === 'https:' || (address.protocol === 'http:' && loopback && options.allowLoopbackHttp);
  if (!secure) throw refused('it is not https');
  return address;
}

function refused(why: string): ApiError {
  const message = `Astro gave an upload address that is not used: ${why}.`;
  const advice =
    'Check `astro-api-url`; if it is right, run the job again, and report it to Astronomer support if it stays so.';
  return new ApiError({
    system: 'astro',
    message,
    advice,
    method: 'PUT',
    path: 'upload address',
    status: 0,
    applied: 'no',
  });
}
