/** Recordings, over the same sound as the chime: what unlocks one unlocks the other. Decoded once: there are few, and they are small. */
import { soundContext } from './chime.ts';

const decoded = new Map<string, Promise<AudioBuffer>>();

/**
 * Plays a recording to its end; at once when sound is blocked or absent.
 * @param rate 1 is as it was recorded.
 * @throws Error when there is no such recording.
 */
export async function playClip(url: string, rate = 1): Promise<void> {
  const audio = soundContext();
  if (audio === undefined || audio.state !== 'running') return;
  const source = new AudioBufferSourceNode(audio, { buffer: await bufferOf(audio, url), playbackRate: rate });
  source.connect(audio.destination);
  await new Promise<void>((resolve) => {
    source.addEventListener('ended', () => resolve());
    source.start();
  });
  source.disconnect();
}

/**
 * Gets recordings ready, so that there is no gap between two of them. One that is missing says so when it is played. One after the
 * other: a browser keeps few connections to a server, and whoever is called must not wait behind recordings. @returns stops it.
 */
export function prepareClips(urls: readonly string[]): () => void {
  const audio = soundContext();
  let isOver = audio === undefined;
  const prepare = async (): Promise<void> => {
    for (const url of urls) {
      if (audio === undefined || isOver) return;
      await bufferOf(audio, url).catch(() => {});
    }
  };
  void prepare();
  return () => {
    isOver = true;
  };
}

function bufferOf(audio: AudioContext, url: string): Promise<AudioBuffer> {
  const kept = decoded.get(url) ?? read(audio, url);
  decoded.set(url, kept);
  kept.catch(() => decoded.delete(url));
  return kept;
}

async function read(audio: AudioContext, url: string): Promise<AudioBuffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`no recording at ${url}`);
  return audio.decodeAudioData(await answer.arrayBuffer());
}
