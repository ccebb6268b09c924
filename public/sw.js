/**
 * The console has no service worker (SH6). A browser that still holds one of an older console asks for it here, gets this
 * one, and is rid of both: what was kept is thrown away, the registration goes, and each page is loaded once from the agent.
 */
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(takeAway()))

async function takeAway() {
  for (const name of await caches.keys()) await caches.delete(name)
  await self.registration.unregister()
  for (const page of await self.clients.matchAll({ type: 'window' })) {
    await page.navigate(page.url).catch(() => {}) // It is closed already, or on its way.
  }
}
