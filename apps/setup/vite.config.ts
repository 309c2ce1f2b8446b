/** How the technician's screen is built: like the kiosk, from whose address it is served before there is a kiosk. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'chrome144',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The domain's modules only declare things, but for the one that sets zod up: what a screen does not use need not be in it.
      treeshake: {
        moduleSideEffects: (id) => !id.includes('/packages/domain/') || id.endsWith('/domain/zod-setup.ts'),
      },
    },
  },
});
