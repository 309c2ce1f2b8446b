/**
 * The sound that makes a waiting room look up: two soft bells, made on the spot, because a file could be missing and a
 * synthesiser cannot. Browsers keep sound locked until somebody touches the page; `soundState` says so, and a screen that
 * must be heard offers a button that calls `unlockSound`.
 */

/** `blocked`: the browser waits for a touch. `absent`: there is no sound here at all. */
export const SOUND_STATES = ['ready', 'blocked', 'absent'] as const;
export type SoundState = (typeof SOUND_STATES)[number];

/** One bell: its pitch in hertz, when it is struck and how long it rings, in seconds. */
interface Bell {
  readonly pitchHz: number;
  readonly atSeconds: number;
  readonly ringSeconds: number;
}

/** A falling major third, G5 to E5, which reads as a call and not as an alarm. */
const BELLS: readonly Bell[] = [
  { pitchHz: 783.99, atSeconds: 0, ringSeconds: 1.1 },
  { pitchHz: 659.25, atSeconds: 0.38, ringSeconds: 1.6 },
];
/** Overtones of a struck bar: multiple of the pitch, share of the loudness. */
const PARTIALS: readonly (readonly [multiple: number, share: number])[] = [
  [1, 1],
  [2.76, 0.22],
  [5.4, 0.06],
];
const LOUDNESS_DEFAULT = 0.6;
const ATTACK_SECONDS = 0.006;
const SILENCE = 0.0001;

let shared: AudioContext | undefined;

/** The one sound of the page; undefined where there is none. */
export function soundContext(): AudioContext | undefined {
  if (typeof AudioContext === 'undefined') return undefined;
  shared ??= new AudioContext();
  return shared;
}

/** Whether a sound would be heard now. */
export function soundState(): SoundState {
  const audio = soundContext();
  if (audio === undefined) return 'absent';
  return audio.state === 'running' ? 'ready' : 'blocked';
}

/** Unlocks sound; works only while a touch or a key is being handled. @returns the state after it. */
export async function unlockSound(): Promise<SoundState> {
  await soundContext()?.resume();
  return soundState();
}

/** Hears when sound becomes ready or blocked. @returns stops hearing. */
export function onSoundState(changed: (state: SoundState) => void): () => void {
  const audio = soundContext();
  const tell = (): void => changed(soundState());
  audio?.addEventListener('statechange', tell);
  return () => audio?.removeEventListener('statechange', tell);
}

/**
 * Rings, and resolves when the last bell has faded; at once when sound is blocked or absent.
 * @param loudness 0 to 1.
 */
export async function chime(loudness: number = LOUDNESS_DEFAULT): Promise<void> {
  const audio = soundContext();
  if (audio === undefined || audio.state !== 'running') return;
  const out = new GainNode(audio, { gain: loudness });
  out.connect(audio.destination);
  const ends = BELLS.map((bell) => strike(audio, out, bell));
  await Promise.all(ends);
  out.disconnect();
}

function strike(audio: AudioContext, out: AudioNode, bell: Bell): Promise<void> {
  const start = audio.currentTime + bell.atSeconds;
  const rings = PARTIALS.map(([multiple, share]) => {
    // Higher partials fade sooner, as they do in metal.
    const end = start + bell.ringSeconds / Math.sqrt(multiple);
    const gain = new GainNode(audio, { gain: SILENCE });
    gain.gain.setValueAtTime(SILENCE, start);
    gain.gain.exponentialRampToValueAtTime(share / 2, start + ATTACK_SECONDS);
    gain.gain.exponentialRampToValueAtTime(SILENCE, end);
    const tone = new OscillatorNode(audio, { type: 'sine', frequency: bell.pitchHz * multiple });
    tone.connect(gain).connect(out);
    tone.start(start);
    tone.stop(end);
    return new Promise<void>((resolve) => {
      tone.addEventListener('ended', () => {
        gain.disconnect();
        resolve();
      });
    });
  });
  return Promise.all(rings).then(() => undefined);
}
