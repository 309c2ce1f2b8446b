/** Builds the admin app into `dist`. Its pages have addresses of their own below `/admin/`, so its files are named from there. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/admin/',
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 1_500 },
});
