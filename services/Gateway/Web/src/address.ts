import { publicUrl } from './i18n';

/** What links on paper begin with: where the server says it is reached, else where this page was found. */
export const printedAddress = () => publicUrl ?? location.origin;

/** Whether only this machine is there; phones are others. Of what is no address yet, nobody knows. */
export function leadsToItself(address: string): boolean {
  try {
    const { hostname } = new URL(address);
    return /^(localhost|.*\.localhost|127\..*|\[::1\]|0\.0\.0\.0)$/.test(hostname);
  } catch {
    return false;
  }
}
