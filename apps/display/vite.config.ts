/** Builds the display into `dist` with relative addresses, so that any server can give it below any path. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // One file on purpose: it is read once from a server nearby, and there is no second page to split off.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      input: { index: 'index.html', worker: 'offline/worker.ts' },
      // What looks after the page lies beside it: from a folder it could look after that folder only.
      output: { entryFileNames: ({ name }) => (name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js') },
    },
  },
});
