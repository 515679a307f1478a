import { defineConfig } from 'vite';

export default defineConfig({
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
