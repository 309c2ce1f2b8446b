import { testCloud } from '@totem/testkit/postgres';
import { expect, test } from 'vitest';

test('smoke', async () => {
  const c = await testCloud();
  const token = await c.signIn('operador');
  console.log(token);
  const h = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const cmd = async (b: object) => {
    const r = await fetch(`${c.url}/v1/commands`, {
      method: 'POST',
      headers: h,
      body: JSON.stringify({ id: crypto.randomUUID(), ...b }),
    });
    return [r.status, await r.json()];
  };
  console.log(await (await fetch(`${c.url}/v1/me`, { headers: h })).json());
  const shape = async (n: string) => {
    const r = await fetch(
      `${c.url}/v1/shape?shape=${n}&tenant=${c.seed.tenantId}&site=${c.seed.siteId}&offset=-1`,
      { headers: h },
    );
    return [r.status, r.headers.get('electric-offset'), JSON.parse(await r.text())];
  };
  const [, , services] = await shape('service');
  const [, , prios] = await shape('priority_class');
  const [, , counters] = await shape('counter');
  console.log(services[0], counters[0], prios.length);
  console.log(await cmd({ type: 'ticket.call_next' }));
  console.log(
    await cmd({ type: 'ticket.create', serviceId: services[0].value.id, priorityClassId: prios[0].value.id }),
  );
  console.log(await cmd({ type: 'counter.open', counterId: counters[0].value.id }));
  console.log(await cmd({ type: 'ticket.call_next' }));
  console.log(await cmd({ type: 'ticket.call_next' }));
  console.log(JSON.stringify(await shape('ticket')), JSON.stringify(await shape('call')));
  await c.close();
});
