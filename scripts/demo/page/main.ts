/** The demo page: asks its server how things are twice a second, and shows it beside the real screens. */
import { find } from './find.ts';
import { showPayments } from './payments.ts';
import { type DemoState, PRINTER_FAULTS, type PrinterFault, type TotemState } from './state.ts';

const POLL_MS = 500;
const PAPERS_SHOWN = 8;

const FAULT_NAMES: Record<PrinterFault, string> = {
  paper_out: 'Paper out',
  paper_low: 'Paper low',
  cover_open: 'Cover open',
  offline: 'Printer off',
  jam: 'Jam next print',
};

async function tell(path: string, body: object): Promise<void> {
  await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await refresh();
}

/** The frame's own border, both sides. */
const BORDERS_PX = 12;

/** Scales each screen's frame to the room it has: the pages inside keep their true size. */
const fit = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const frame = target as HTMLElement;
    const width = Number(frame.dataset.width);
    const height = Number(frame.dataset.height);
    // A hair more than the room: a width that is no whole number of pixels would leave a light line at the edge.
    const scale = Math.ceil(contentRect.width + 0.5) / width;
    frame.style.height = `${Math.floor(height * scale) + BORDERS_PX}px`;
    const inner = find<HTMLIFrameElement>('iframe', frame);
    inner.style.width = `${width}px`;
    inner.style.height = `${height}px`;
    inner.style.transform = `scale(${scale})`;
  }
});

function showFrame(frame: HTMLIFrameElement, url: string): void {
  if (frame.dataset.url === url) return;
  frame.dataset.url = url;
  // A restarted totem has the same address and another token in its fragment, and a new fragment alone loads nothing.
  const start = new URL(url);
  start.searchParams.set('start', String(Date.now()));
  frame.src = start.href;
}

function totemCard(totem: TotemState): HTMLElement {
  const id = `totem-${totem.number}`;
  const existing = document.getElementById(id);
  if (existing !== null) return existing;
  const card = find<HTMLElement>(
    '.totem',
    find<HTMLTemplateElement>('#totem').content.cloneNode(true) as ParentNode,
  );
  card.id = id;
  find('h2', card).textContent = totem.name;
  find<HTMLIFrameElement>('iframe', card).title = totem.name;
  const switches = find('.switches', card);
  for (const fault of PRINTER_FAULTS) {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.fault = fault;
    button.textContent = FAULT_NAMES[fault];
    button.addEventListener('click', () => {
      const on = button.getAttribute('aria-pressed') !== 'true';
      void tell('/api/printer', { totem: totem.number, fault, on });
    });
    switches.append(button);
  }
  const restart = document.createElement('button');
  restart.type = 'button';
  restart.textContent = 'Restart totem';
  restart.addEventListener('click', () => void tell('/api/restart', { totem: totem.number }));
  switches.append(restart);
  find('#totems').append(card);
  fit.observe(find('.frame', card));
  return card;
}

function showTotem(totem: TotemState): void {
  const card = totemCard(totem);
  const badge = find<HTMLElement>('.badge', card);
  const pending = totem.pending ?? 0;
  find('h2', card).textContent = totem.isHub ? `${totem.name} · hub` : totem.name;
  badge.textContent = !totem.running
    ? `starting again${totem.restarts > 0 ? `, ${timesText(totem.restarts)}` : ''}`
    : pending === 0
      ? 'all in the cloud'
      : `${pending} ${pending === 1 ? 'entry waits' : 'entries wait'} here`;
  badge.dataset.level = totem.running ? (pending === 0 ? 'good' : 'warn') : 'bad';
  if (totem.running) showFrame(find('iframe', card), totem.kioskUrl);
  find<HTMLAnchorElement>('header a', card).href = totem.kioskUrl;
  for (const button of card.querySelectorAll<HTMLButtonElement>('[data-fault]')) {
    const on = totem.faults.includes(button.dataset.fault as PrinterFault);
    button.setAttribute('aria-pressed', String(on));
  }
  showPapers(find('.papers', card), totem.papers.slice(0, PAPERS_SHOWN));
}

function showPapers(list: Element, papers: readonly string[]): void {
  if (papers.length === 0) {
    if (list.childElementCount === 0) {
      const empty = document.createElement('li');
      empty.className = 'empty';
      empty.textContent = 'The paper comes out here.';
      list.append(empty);
    }
    return;
  }
  list.querySelector('.empty')?.remove();
  const known = new Set([...list.children].map((item) => (item as HTMLElement).dataset.paper));
  const first = known.size === 0;
  for (const paper of papers.toReversed()) {
    if (known.has(paper)) continue;
    const item = document.createElement('li');
    item.dataset.paper = paper;
    item.className = first ? '' : 'new';
    const image = document.createElement('img');
    image.src = `/api/papers/${paper}.svg`;
    image.alt = 'A printed ticket';
    item.append(image);
    list.prepend(item);
    list.scrollTo({ left: 0 });
  }
  for (const old of [...list.children].slice(PAPERS_SHOWN)) old.remove();
}

function timesText(count: number): string {
  return count === 1 ? 'once so far' : `${count} times so far`;
}

function showCloud({ cloud, hub }: DemoState): void {
  const end = find<HTMLElement>('#cloud');
  const text = cloud.running
    ? 'Cloud'
    : `Cloud: starting again${cloud.restarts > 0 ? `, ${timesText(cloud.restarts)}` : ''}`;
  if (end.textContent !== text) end.textContent = text;
  end.dataset.level = cloud.running ? 'good' : 'bad';
  for (const [id, url] of [
    ['#panel-hub', hub?.panelUrl],
    ['#display-hub', hub?.displayUrl],
  ] as const) {
    const link = find<HTMLAnchorElement>(id);
    link.hidden = url === undefined;
    link.href = url ?? '/';
  }
}

function showSums(state: DemoState): void {
  const pending = state.totems.reduce((total, totem) => total + (totem.pending ?? 0), 0);
  const sums: [string, number, string][] = [
    ['waiting to be sent', pending, pending > 0 ? 'waiting' : ''],
    ['tickets in PostgreSQL', state.central.tickets, ''],
    ['waiting', state.central.waiting, ''],
    ['finished', state.central.finished, ''],
    ['ledger entries', state.central.entries, ''],
    ['doubled codes', state.central.doubledCodes, state.central.doubledCodes > 0 ? 'waiting' : ''],
  ];
  find('#sums').replaceChildren(
    ...sums.map(([name, value, level]) => {
      const group = document.createElement('div');
      group.className = level;
      const term = document.createElement('dt');
      term.textContent = name;
      const figure = document.createElement('dd');
      figure.textContent = String(value);
      group.append(term, figure);
      return group;
    }),
  );
}

async function refresh(): Promise<void> {
  const answer = await fetch('/api/state');
  if (!answer.ok) return;
  const state = (await answer.json()) as DemoState;
  const link = find<HTMLElement>('#link');
  link.dataset.cut = String(state.linkCut);
  const cut = find<HTMLButtonElement>('#cut');
  cut.setAttribute('aria-pressed', String(state.linkCut));
  cut.textContent = state.linkCut ? 'Put the cable back' : 'Cut the link';
  showCloud(state);
  showPayments(state.payments, tell);
  for (const totem of state.totems) showTotem(totem);
  showFrame(find('#display'), state.displayUrl);
  showFrame(find('#panel'), state.panelUrl);
  find<HTMLAnchorElement>('#display-link').href = state.displayUrl;
  find<HTMLAnchorElement>('#panel-link').href = state.panelUrl;
  find<HTMLAnchorElement>('#admin-link').href = state.adminUrl;
  find('#credentials').textContent = state.credentials;
  showSums(state);
}

for (const frame of document.querySelectorAll('main > .cloud .frame')) fit.observe(frame);
find('#cut').addEventListener('click', () => {
  void tell('/api/link', { cut: find<HTMLElement>('#link').dataset.cut !== 'true' });
});

async function poll(): Promise<void> {
  await refresh().catch(() => undefined);
  setTimeout(() => void poll(), POLL_MS);
}
void poll();
