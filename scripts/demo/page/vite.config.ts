/** The demo page: plain TypeScript, no framework, so that what it shows is only what it is told. */
import { defineConfig } from 'vite';

export default defineConfig({ base: './', build: { outDir: 'dist', emptyOutDir: true } });
