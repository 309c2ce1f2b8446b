/** The technician's screen in Portuguese; the other languages have the same keys. */
export const ptBR = {
  step: 'Passo {{step}} de 3',
  code: {
    heading: 'Conecte este totem',
    lead: 'No painel de administração, abra Equipamentos, escolha este totem e peça o código. Ele vale dez minutos.',
    label: 'Código',
    empty: 'Digite os oito caracteres',
    keys: 'Teclado',
    erase: 'Apagar',
    go: 'Conectar',
  },
  waiting: {
    heading: 'Confira e confirme no painel',
    lead: 'O painel mostra esta mesma identificação? Então confirme lá. Se for outra, recuse.',
    label: 'Identificação deste totem',
    left: 'O tempo acaba em {{time}}',
    over: 'O tempo acabou',
    unreached: 'Sem resposta da central. Continuamos tentando; nada se perde.',
    again: 'Usar outro código',
  },
  done: {
    heading: 'Tudo certo',
    lead: 'Este totem agora é {{identifier}}, em {{site}}.',
    starting: 'Preparando as senhas…',
  },
  retryIn_one: 'Tente de novo em {{count}} segundo.',
  retryIn_other: 'Tente de novo em {{count}} segundos.',
  lost: 'O programa do totem não responde. Tentando de novo…',
} as const;

type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> };
export type SetupTexts = Words<typeof ptBR>;
