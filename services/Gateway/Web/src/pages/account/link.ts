/** The one-time token of a link that was mailed or handed over; it is in the fragment, which is never sent to a server. */
export const linkToken = () => location.hash.slice(1);

/** A used token has no business in the address any more. */
export const forgetLinkToken = () => history.replaceState(null, '', location.pathname + location.search);
