import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Tells the document what the server tells it otherwise. */
const about: Plugin = {
  name: 'about',
  apply: 'serve',
  transformIndexHtml(html) {
    const languages = readdirSync('public/locales')
      .filter((name) => name.endsWith('.json'))
      .map((name) => {
        const { languageName, direction, trying } = JSON.parse(readFileSync(`public/locales/${name}`, 'utf8'));
        return { tag: basename(name, '.json'), name: languageName, direction, trying, version: Date.now() };
      });
    return html.replace('<!--about-->', JSON.stringify({ languages, publicUrl: null }));
  },
};

export default defineConfig({
  plugins: [about],
  build: {
    target: 'es2020',
    // Data addresses would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:4000',
      '/hubs': { target: 'http://127.0.0.1:4000', ws: true },
    },
  },
});
