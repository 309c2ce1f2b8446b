/** Builds the panel into `dist` with relative addresses, so that any server can give it below any path. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'baseline-widely-available' },
});
