/** The loudspeaker of the machine, by Web Audio. Recordings are kept once they are decoded: there are few, and they are small. */
import type { Sound, Speaker } from './player.ts';

/** A speaker; undefined where there is no sound system. Browsers let it sound after the touch that switches the guide on. */
export function createSpeaker(): Speaker | undefined {
  if (typeof AudioContext === 'undefined') return undefined;
  const audio = new AudioContext();
  const decoded = new Map<string, Promise<AudioBuffer>>();
  const get = async (url: string): Promise<AudioBuffer> => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`no recording at ${url}`);
    return audio.decodeAudioData(await answer.arrayBuffer());
  };
  return {
    async load(url) {
      const kept = decoded.get(url) ?? get(url);
      decoded.set(url, kept);
      kept.catch(() => decoded.delete(url));
      return soundOf(audio, await kept);
    },
  };
}

function soundOf(audio: AudioContext, buffer: AudioBuffer): Sound {
  return {
    async play(volume, signal) {
      if (signal.aborted) return;
      await audio.resume();
      const source = new AudioBufferSourceNode(audio, { buffer });
      const gain = new GainNode(audio, { gain: volume });
      source.connect(gain).connect(audio.destination);
      await new Promise<void>((resolve) => {
        source.addEventListener('ended', () => resolve());
        signal.addEventListener('abort', () => source.stop());
        source.start();
      });
      gain.disconnect();
    },
  };
}
