/** A text in Portuguese, English and Spanish, in this order, and trees of such lines. */
export type TextLine = readonly [ptBR: string, en: string, es: string];

export interface TextTree {
  readonly [key: string]: TextLine | TextTree;
}
