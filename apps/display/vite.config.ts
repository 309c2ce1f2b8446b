/** Builds the display into `dist` with relative addresses, so that any server can give it below any path. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react()],
  // One file on purpose: it is read once from a server nearby, and there is no second page to split off.
  build: { outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 1_000 },
});
