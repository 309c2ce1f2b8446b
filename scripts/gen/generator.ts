/**
 * What is made from the code and checked in, so that a person reads it without running anything: one file, one generator.
 * It must give the same text for the same code on every machine.
 */

export interface Generator {
  /** The file, from the root of the repository; all of them lie in docs/generated. */
  readonly path: `docs/generated/${string}`;
  make(): Promise<string>;
}

/** The folder that holds what is generated and nothing else. */
export const GENERATED_FOLDER = 'docs/generated';
