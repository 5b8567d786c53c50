import { Client } from './client.ts';

const AT_ONCE = 200;

/** What one address can have open to one port: Linux has 28,232 ephemeral ports, other systems fewer. */
export const MOST_CONNECTIONS = 28_000;

/** Opens many connections, some at a time. From then on a connection that is lost ends the run. */
export async function openCrowd(port: number, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  let begun = 0;
  const openSome = async (): Promise<void> => {
    while (begun++ < count) {
      const client = await Client.open(port);
      client.onError = (error) => {
        throw error;
      };
      clients.push(client);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, openSome));
  return clients;
}

export async function closeCrowd(clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}

/** How many files this process, and so a child of it, may have open at once. */
export function descriptorLimit(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY;
}
