import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const executable = process.env.NGINX ?? '/usr/sbin/nginx';
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/localhost.${name}.pem`, import.meta.url));

/** What to say where `startNginx` finds none. */
export const noNginx = `There is no nginx at ${executable}. Install it, or name another one in $NGINX.`;

/**
 * Starts nginx for one test: TLS in front, plain HTTP to a port behind. Paths under /renamed reach the app with
 * nginx's own `Host`, all others with that of the client.
 *
 * @returns The port in front; `undefined` where there is no nginx, unless SLUICE_NO_SKIP forbids to skip.
 */
export async function startNginx(behind: number): Promise<number | undefined> {
  if (!existsSync(executable)) {
    if (process.env.SLUICE_NO_SKIP) throw new Error(noNginx);
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), 'sluice-nginx-'));
  const port = await freePort();
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, behind));
  const nginx = spawn(executable, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  nginx.stderr.on('data', (text) => {
    said += text;
  });
  const exited = once(nginx, 'exit');
  onTestFinished(async () => {
    nginx.kill();
    await exited;
    await rm(folder, { recursive: true });
  });
  while (!(await answers(port))) {
    if (nginx.exitCode !== null) throw new Error(`nginx did not start: ${said}`);
    await sleep(5);
  }
  return port;
}

function configuration(folder: string, port: number, behind: number): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    events { worker_connections 256; }
    http {
      access_log off;
      ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n')}
      server {
        listen 127.0.0.1:${port} ssl;
        ssl_certificate ${fixture('cert')};
        ssl_certificate_key ${fixture('key')};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header Host $proxied_host;
        location / { set $proxied_host $http_host; proxy_pass http://127.0.0.1:${behind}; }
        location /renamed { set $proxied_host app.internal; proxy_pass http://127.0.0.1:${behind}; }
      }
    }`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
