import { api } from './api';

let audio: AudioContext | null = null;

/** Browsers let a page sound only after a touch: call this from one. */
export async function allowSound() {
  audio ??= new AudioContext();
  await audio.resume();
}

export const canSound = () => audio?.state === 'running';

/** Two calm notes. */
export function chime() {
  if (!audio || audio.state !== 'running') return;
  [660, 880].forEach((frequency, i) => {
    const at = audio!.currentTime + i * 0.22;
    const tone = audio!.createOscillator();
    const volume = audio!.createGain();
    tone.type = 'sine';
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.4, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
    tone.connect(volume).connect(audio!.destination);
    tone.start(at);
    tone.stop(at + 0.65);
  });
}

export const vibrate = () => navigator.vibrate?.([300, 120, 300, 120, 300]);

/** No sentence of ours takes longer; some browsers never tell that they have ended, or cannot speak at all. */
const LONGEST_SPOKEN = 12_000;
// Without a hold on it, its end is never told.
let said: SpeechSynthesisUtterance | undefined;

/** Says it aloud, where the browser can, and is there when it has been said. */
export function speak(text: string, lang: string): Promise<void> {
  if (!('speechSynthesis' in window)) return Promise.resolve();
  said = new SpeechSynthesisUtterance(text);
  said.lang = lang;
  said.rate = 0.9;
  const spoken = said;
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      speechSynthesis.cancel();
      resolve();
    }, LONGEST_SPOKEN);
    spoken.onend = spoken.onerror = () => {
      clearTimeout(limit);
      resolve();
    };
    speechSynthesis.speak(spoken);
  });
}

let flashing: ReturnType<typeof setInterval> | undefined;

/** Changes the tab's title back and forth until it is looked at. */
export function flashTitle(text: string) {
  stopFlashing();
  const usual = document.title;
  flashing = setInterval(() => {
    document.title = document.title === text ? usual : text;
    if (document.hasFocus() && document.title === usual) stopFlashing();
  }, 1000);
  document.title = text;
}

export function stopFlashing() {
  clearInterval(flashing);
  flashing = undefined;
}

/** How somebody is alerted: also while the page is closed (`push`), or only while it is open, and why. */
export type Reach = 'push' | 'page' | 'install' | 'insecure' | 'denied';

// An iPad says that it is a Mac, but one that is touched.
const isIPhone = () =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1);

/** Asks to be told also while the page is closed. */
export async function subscribePush(ticketId: string, token?: string): Promise<Reach> {
  if (!isSecureContext) return 'insecure';
  if (!('Notification' in window) || !('serviceWorker' in navigator) || !('PushManager' in window)) {
    if (!isIPhone()) return 'page';
    // Put on the home screen it opens this number; what the browser keeps is not there.
    if (token)
      document.querySelector<HTMLLinkElement>('link[rel=manifest]')!.href =
        `/t/${encodeURIComponent(ticketId)}/manifest.webmanifest?token=${encodeURIComponent(token)}`;
    return 'install';
  }
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  try {
    const { publicKey, key } = await api<{ publicKey?: string; key?: string }>('GET', '/api/notifications/push/key');
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey ?? key });
    const { endpoint, keys } = subscription.toJSON();
    await api('POST', '/api/notifications/push/subscriptions', { endpoint, keys, ticketId }, { token });
    return 'push';
  } catch {
    // The server may have no keys for it: then the open page alone tells.
    return 'page';
  }
}

/** Shows a note of the system's while the page is in the background. */
export async function note(title: string, body: string, tag: string) {
  if (!('Notification' in window) || Notification.permission !== 'granted' || document.hasFocus()) return;
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.showNotification(title, { body, tag, icon: '/icon-192.png', requireInteraction: true });
}
