/** The technician's screen in English. */
import type { SetupTexts } from './pt-br.ts';

export const en: SetupTexts = {
  step: 'Step {{step}} of 3',
  code: {
    heading: 'Connect this kiosk',
    lead: 'In the administration, open Devices, choose this kiosk and ask for its code. It holds for ten minutes.',
    label: 'Code',
    empty: 'Type the eight characters',
    keys: 'Keyboard',
    erase: 'Erase',
    go: 'Connect',
  },
  waiting: {
    heading: 'Compare and confirm',
    lead: 'Does the administration show this same identification? Then confirm it there. If it is another, refuse it.',
    label: 'Identification of this kiosk',
    left: 'Time is up in {{time}}',
    over: 'Time is up',
    unreached: 'No answer from the head office. We keep trying; nothing is lost.',
    again: 'Use another code',
  },
  done: {
    heading: 'All set',
    lead: 'This kiosk is now {{identifier}}, at {{site}}.',
    starting: 'Getting the queue ready…',
  },
  retryIn_one: 'Try again in {{count}} second.',
  retryIn_other: 'Try again in {{count}} seconds.',
  lost: 'The kiosk’s program does not answer. Trying again…',
};
