// Keeps the pages usable without a network, and shows push messages. What is asked of the API is never kept: it would be old.
const SHELL = 'shell-1';
const ASSETS = 'assets-1';
const MAX_ASSETS = 80;

self.addEventListener('install', (event) => {
  event.waitUntil(passBy(event));
  event.waitUntil(caches.open(SHELL).then((cache) => cache.add('/')).then(() => self.skipWaiting()));
});

// What is asked of the API need not wait until this worker runs, and what a page says as it goes must not: it would be lost with the page.
async function passBy(event) {
  try {
    await event.addRoutes?.({ condition: { urlPattern: { pathname: '/api/*' } }, source: 'network' });
  } catch {
    // A browser that knows other conditions: all goes through the worker, as before.
  }
}

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== SHELL && name !== ASSETS) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/assets/') || (url.pathname.startsWith('/locales/') && url.search)) event.respondWith(asset(event.request));
  else if (event.request.mode === 'navigate' && /^\/(q\/|t\/|book\/|a\/|kiosk|display|counter|manage|setup|account|reset|accept|verify|$)/.test(url.pathname)) event.respondWith(page(event.request));
});

// Their names change with their content, so what is kept is never old.
async function asset(request) {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - MAX_ASSETS))) await cache.delete(old);
  }
  return answer;
}

// Every page is the same document, which finds its content by its address.
async function page(request) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put('/', answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match('/');
    if (kept) return kept;
    throw error;
  }
}

function pageOf(said) {
  if (said.ticketId) return '/t/' + encodeURIComponent(said.ticketId);
  return said.appointmentId ? '/a/' + encodeURIComponent(said.appointmentId) : '/';
}

self.addEventListener('push', (event) => {
  let said = {};
  try {
    said = event.data ? event.data.json() : {};
  } catch {
    said = { message: event.data.text() };
  }
  event.waitUntil(self.registration.showNotification(said.subject || said.title || 'SmartQueue', {
    body: said.message || said.body || '',
    icon: '/icon-192.png',
    tag: said.ticketId || said.appointmentId || said.tag,
    renotify: Boolean(said.ticketId || said.appointmentId || said.tag),
    requireInteraction: said.template === 'called',
    vibrate: [300, 120, 300],
    data: { path: pageOf(said) },
  }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const path = event.notification.data?.path || '/';
  event.waitUntil((async () => {
    for (const client of await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
      if (new URL(client.url).pathname === path) return client.focus();
    }
    return self.clients.openWindow(path);
  })());
});
